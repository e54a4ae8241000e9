package io.rdsboot.test.server;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL server in a container of its own.
 */
final class DockerServer implements DatabaseServer {

	private static final int CONTAINER_PORT = 5432;

	private static final Duration START_LIMIT = Duration.ofMinutes(2);

	private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

	private static final String ENTRYPOINT = Scripts.read("docker-server.sh");

	private final String name;

	private final int port;

	private final DockerImageName image;

	private final Network network;

	private final Login administrator;

	private final String configuration;

	private final AdminClient client;

	private @Nullable GenericContainer<?> container;

	DockerServer(String name, int port, DockerImageName image, Network network, Login administrator,
			Map<String, String> parameters) {
		this.name = name;
		this.port = port;
		this.image = image;
		this.network = network;
		this.administrator = administrator;
		this.configuration = PostgresParameters.toConfiguration(parameters);
		this.client = new AdminClient(administrator);
	}

	/**
	 * Makes the container and starts the server in it.
	 * @param upstream the server to copy and to follow, or {@code null} for a server of
	 * its own
	 */
	void create(@Nullable DatabaseServer upstream) {
		GenericContainer<?> created = new GenericContainer<>(this.image);
		created.withNetwork(this.network)
			.withNetworkAliases(this.name)
			.withEnv("RDS_NAME", this.name)
			.withEnv("RDS_ADMIN", this.administrator.username())
			.withEnv("RDS_PASSWORD", this.administrator.password())
			.withEnv("RDS_UPSTREAM", (upstream != null) ? upstream.name() : "")
			.withEnv("RDS_CONFIGURATION", this.configuration)
			.withEnv("RDS_FIRST_RULE", PostgresParameters.IAM_RULE)
			.withCreateContainerCmdModifier(this::configure)
			.waitingFor(new ServerWaitStrategy());
		this.container = created;
		try {
			created.start();
		}
		catch (RuntimeException ex) {
			throw new LocalRdsException("%s did not start in a container of the image %s. Its log:%n%s"
				.formatted(this.name, this.image, logs()), ex);
		}
	}

	private void configure(CreateContainerCmd command) {
		ExposedPort exposed = ExposedPort.tcp(CONTAINER_PORT);
		HostConfig hostConfig = command.getHostConfig();
		if (hostConfig == null) {
			hostConfig = HostConfig.newHostConfig();
			command.withHostConfig(hostConfig);
		}
		// A port that Docker chooses would be another one after a restart.
		hostConfig
			.withPortBindings(new PortBinding(Ports.Binding.bindIpAndPort(NativeServer.HOST, this.port), exposed));
		command.withExposedPorts(exposed).withEntrypoint("/bin/bash", "-c", ENTRYPOINT).withCmd();
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String host() {
		return NativeServer.HOST;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public String connectionInfo(DatabaseServer upstream) {
		return "host=%s port=%d user=%s passfile=/var/lib/rds-local/pgpass".formatted(upstream.name(), CONTAINER_PORT,
				this.administrator.username());
	}

	@Override
	public void start() {
		docker("start", (docker) -> docker.startContainerCmd(id()).exec());
		awaitReady();
	}

	@Override
	public void stop() {
		// The signal that asks PostgreSQL for a fast shutdown; the default one waits for
		// all sessions.
		docker("stop", (docker) -> docker.killContainerCmd(id()).withSignal("SIGINT").exec());
		awaitExit();
	}

	@Override
	public void kill() {
		thawIfFrozen();
		docker("kill", (docker) -> docker.killContainerCmd(id()).exec());
		awaitExit();
	}

	@Override
	public void freeze() {
		docker("pause", (docker) -> docker.pauseContainerCmd(id()).exec());
	}

	@Override
	public void thaw() {
		docker("unpause", (docker) -> docker.unpauseContainerCmd(id()).exec());
	}

	@Override
	public void rebuild(DatabaseServer upstream) {
		discard();
		create(upstream);
	}

	@Override
	public void discard() {
		GenericContainer<?> discarded = this.container;
		if (discarded != null && discarded.getContainerId() != null) {
			try {
				thawIfFrozen();
			}
			catch (LocalRdsException ex) {
				if (!(ex.getCause() instanceof NotFoundException)) {
					throw ex;
				}
			}
			discarded.stop();
		}
		this.container = null;
	}

	private void thawIfFrozen() {
		if (Boolean.TRUE.equals(state().getPaused())) {
			thaw();
		}
	}

	private void awaitExit() {
		if (!Deadline.after(STOP_LIMIT).await(() -> !Boolean.TRUE.equals(state().getRunning()))) {
			throw new LocalRdsException(
					"The container of %s has not stopped within %s".formatted(this.name, STOP_LIMIT));
		}
	}

	private void awaitReady() {
		boolean ready = Deadline.after(START_LIMIT).await(() -> {
			if (!Boolean.TRUE.equals(state().getRunning())) {
				throw new LocalRdsException("The container of %s has ended. Its log:%n%s".formatted(this.name, logs()));
			}
			return acceptsConnections();
		});
		if (!ready) {
			throw new LocalRdsException(
					"%s does not accept connections after %s. Its log:%n%s".formatted(this.name, START_LIMIT, logs()));
		}
	}

	private boolean acceptsConnections() {
		try {
			this.client.connect(this, "postgres").close();
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private ContainerState state() {
		GenericContainer<?> current = container();
		try {
			return current.getDockerClient().inspectContainerCmd(current.getContainerId()).exec().getState();
		}
		catch (DockerException ex) {
			throw new LocalRdsException(
					"Docker could not inspect the container of %s: %s".formatted(this.name, ex.getMessage()), ex);
		}
	}

	private void docker(String what, Consumer<DockerClient> action) {
		try {
			action.accept(container().getDockerClient());
		}
		catch (DockerException ex) {
			throw new LocalRdsException(
					"Docker could not %s the container of %s: %s".formatted(what, this.name, ex.getMessage()), ex);
		}
	}

	private String id() {
		return container().getContainerId();
	}

	private GenericContainer<?> container() {
		GenericContainer<?> current = this.container;
		if (current == null) {
			throw new IllegalStateException("%s has no container".formatted(this.name));
		}
		return current;
	}

	private String logs() {
		try {
			return container().getLogs().strip();
		}
		catch (RuntimeException ex) {
			return "(none: %s)".formatted(ex.getMessage());
		}
	}

	/**
	 * Asks the server itself: Testcontainers' own strategies know no port that is bound
	 * by hand.
	 */
	private final class ServerWaitStrategy extends AbstractWaitStrategy {

		@Override
		protected void waitUntilReady() {
			awaitReady();
		}

	}

}
