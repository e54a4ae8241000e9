package io.rdsboot.test.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.installation.InstallationAdvice;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.Parallel;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * Servers as containers of a Docker engine on this machine, on a network of their own.
 * Testcontainers removes them when the JVM is killed.
 */
public final class DockerRuntime implements ServerRuntime {

	/**
	 * System property: the image to run, which must have PostgreSQL, pgvector and gosu.
	 */
	static final String IMAGE_PROPERTY = "rds.local.docker-image";

	public static final String DEFAULT_IMAGE = "pgvector/pgvector:pg17";

	private final DockerImageName image = DockerImageName.parse(System.getProperty(IMAGE_PROPERTY, DEFAULT_IMAGE));

	private final Network network = Network.newNetwork();

	private final List<DockerServer> servers = new CopyOnWriteArrayList<>();

	private final Login administrator;

	private final Map<String, String> parameters;

	public DockerRuntime(Login administrator, Map<String, String> parameters) {
		this.administrator = administrator;
		this.parameters = parameters;
	}

	/**
	 * Whether a Docker engine answers.
	 * @return whether servers can be started
	 */
	static boolean isAvailable() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	public DatabaseServer createWriter(String name, ServerAddress address) {
		DockerServer server = newServer(name, address);
		server.create(null);
		return server;
	}

	@Override
	public DatabaseServer createReader(String name, ServerAddress address, DatabaseServer upstream) {
		DockerServer server = newServer(name, address);
		server.create(upstream);
		return server;
	}

	private DockerServer newServer(String name, ServerAddress address) {
		if (!NativeServer.HOST.equals(address.host())) {
			throw nativeOnly("distinctHosts()");
		}
		DockerServer server = new DockerServer(name, address.port(), this.image, this.network, this.administrator,
				this.parameters);
		this.servers.add(server);
		return server;
	}

	@Override
	public Path program(String name) {
		throw nativeOnly("blueGreen()");
	}

	@Override
	public Path sharedDirectory() {
		throw nativeOnly("aurora() or blueGreen()");
	}

	private static LocalRdsException nativeOnly(String option) {
		return new LocalRdsException("%s needs PostgreSQL installed on this machine, and works in no container. %s"
			.formatted(option, InstallationAdvice.forThisSystem()));
	}

	@Override
	public void close() {
		Parallel.map(this.servers, (server) -> {
			server.discard();
			return server;
		});
		this.network.close();
	}

	@Override
	public String toString() {
		return "Docker image " + this.image;
	}

}
