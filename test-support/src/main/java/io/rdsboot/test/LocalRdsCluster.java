package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.AdminClient;
import io.rdsboot.test.server.AuroraFunctions;
import io.rdsboot.test.server.DatabaseServer;
import io.rdsboot.test.server.PostgresParameters;
import io.rdsboot.test.server.Replication;
import io.rdsboot.test.server.ReplicationLag;
import io.rdsboot.test.server.ServerAddresses;
import io.rdsboot.test.server.ServerRuntime;
import io.rdsboot.test.server.ServerRuntimes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local RDS: a PostgreSQL writer and its streaming readers on loopback, with the
 * controls that tests of failover, lag and outage need.
 * <p>
 * Every wait has a limit; what fails is a
 * {@link io.rdsboot.test.process.LocalRdsException}. A control that does not fit the
 * instance's state is an {@link IllegalStateException}, an instance of another cluster an
 * {@link IllegalArgumentException}. Nothing is left of a cluster when it is closed or the
 * JVM ends, which stops the servers after the application contexts that use them; servers
 * of a killed JVM end with it. What {@code initdb} has made stays in the temporary
 * directory, for the next clusters of the same user. Thread-safe; the controls work one
 * at a time.
 *
 * @see #builder()
 */
public final class LocalRdsCluster implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LocalRdsCluster.class);

	private final ClusterSettings settings;

	private final Login administrator;

	private volatile Login application;

	private final ClusterShutdown shutdown;

	private final ClusterUsers users;

	private final AdminClient client;

	private final @Nullable LocalAurora aurora;

	private final ClusterInstances instances;

	private final LocalRdsClock clock;

	private final ServerRuntime runtime;

	private final @Nullable ClusterServices services;

	private boolean closed;

	private LocalRdsCluster(ClusterSettings settings, Login administrator, ServerRuntime runtime, ClusterUsers users,
			ClusterShutdown shutdown, @Nullable LocalRdsCluster blue) {
		this.settings = settings;
		this.administrator = administrator;
		this.application = (blue != null) ? blue.application : Login.generate(settings.username());
		this.clock = (blue != null) ? blue.clock : new LocalRdsClock(InstantSource.system());
		this.runtime = runtime;
		this.users = users;
		this.shutdown = shutdown;
		this.client = new AdminClient(administrator);
		this.aurora = settings.aurora() ? new LocalAurora(runtime.sharedDirectory(), this::member) : null;
		this.instances = new ClusterInstances(runtime, new Replication(this.client),
				settings.distinctHosts() ? ServerAddresses.onDistinctHosts() : ServerAddresses.onDistinctPorts(),
				settings.readers(), settings.replicationLag(), this::newInstance, this::setUp, this::instancesChanged);
		instancesChanged();
		this.services = (blue != null) ? blue.services().green(this, settings) : startServices(settings.addresses());
	}

	private @Nullable ClusterServices startServices(@Nullable AddressSettings addressSettings) {
		return (addressSettings != null) ? ClusterServices.start(this, this.settings, addressSettings, this.client,
				new ClusterServices.ClusterLogins(this.application, this.administrator), this::changed) : null;
	}

	private void setUp(DatabaseServer writer) {
		if (this.aurora != null) {
			AuroraFunctions.install(this.client, writer, this.aurora.stateFile());
		}
		DatabaseSetup.apply(this.client, writer, this.settings, this.application);
	}

	private void instancesChanged() {
		if (this.aurora != null) {
			this.aurora.update(instances());
		}
	}

	private void changed(Login login) {
		if (login.username().equals(this.application.username())) {
			this.application = login;
		}
	}

	static LocalRdsCluster start(ClusterSettings settings) {
		return start(settings, runtimes(settings));
	}

	static LocalRdsCluster startGreen(ClusterSettings settings, LocalRdsCluster blue) {
		return start(settings, runtimes(settings), blue.administrator, blue);
	}

	private static BiFunction<Login, Map<String, String>, ServerRuntime> runtimes(ClusterSettings settings) {
		Path postgres = settings.postgres();
		return (postgres == null) ? ServerRuntimes::open
				: (administrator, parameters) -> ServerRuntimes.open(postgres, administrator, parameters);
	}

	static LocalRdsCluster start(ClusterSettings settings,
			BiFunction<Login, Map<String, String>, ServerRuntime> runtimes) {
		return start(settings, runtimes, Login.generate("rdsadmin"), null);
	}

	private static LocalRdsCluster start(ClusterSettings settings,
			BiFunction<Login, Map<String, String>, ServerRuntime> runtimes, Login administrator,
			@Nullable LocalRdsCluster blue) {
		long startNanos = System.nanoTime();
		ServerRuntime runtime = runtimes.apply(administrator,
				PostgresParameters.with(settings.replicationLag(), settings.parameters()));
		ClusterUsers users = new ClusterUsers();
		ClusterShutdown shutdown = ClusterShutdown.register(runtime, users);
		try {
			LocalRdsCluster cluster = new LocalRdsCluster(settings, administrator, runtime, users, shutdown, blue);
			logger.info("Started {} in {} ms, on {}", cluster,
					Duration.ofNanos(System.nanoTime() - startNanos).toMillis(), runtime);
			return cluster;
		}
		catch (RuntimeException ex) {
			shutdown.stopServers();
			throw ex;
		}
	}

	private LocalRdsInstance newInstance(DatabaseServer server) {
		return new LocalRdsInstance(server, this.settings.database(), this.administrator);
	}

	/**
	 * Returns a builder of clusters with these defaults: one reader, 20 milliseconds
	 * behind; database and role {@code app}; the role may create the extension
	 * {@code vector}, which does not exist yet; PostgreSQL's settings those of a small
	 * server.
	 * @return a new builder
	 */
	public static LocalRdsClusterBuilder builder() {
		return new LocalRdsClusterBuilder();
	}

	/**
	 * Looks for a PostgreSQL of one major version where packages put it, and where
	 * {@code dev/postgres} of this project does.
	 * @param version the major version, such as 17
	 * @return the directory of its programs, or nothing when it is not installed
	 * @see LocalRdsClusterBuilder#postgres(Path)
	 */
	public static Optional<Path> installedPostgres(int version) {
		return ServerRuntimes.installed(version);
	}

	/**
	 * The instance that takes writes, also while it is frozen or crashed.
	 * @return the writer
	 */
	public LocalRdsInstance writer() {
		return this.instances.writer();
	}

	/**
	 * The instances that follow the writer, in no meaningful order.
	 * @return an immutable snapshot
	 */
	public List<LocalRdsInstance> readers() {
		return this.instances.readers();
	}

	/**
	 * The writer, followed by the readers.
	 * @return an immutable snapshot
	 */
	public List<LocalRdsInstance> instances() {
		return this.instances.all();
	}

	/**
	 * Name of the application's database.
	 * @return the database
	 */
	public String database() {
		return this.settings.database();
	}

	/**
	 * The application's role, which owns the database and is no superuser.
	 * @return the role's name
	 */
	public String username() {
		return this.application.username();
	}

	/**
	 * Password of the application's role, made up for this cluster, or for the last
	 * rotation of its secret.
	 * @return the password
	 * @throws IllegalStateException when the role logs in by IAM token
	 */
	public String password() {
		if (this.settings.addresses() != null && this.settings.addresses().iam()) {
			throw new IllegalStateException(
					"The role '%s' has no password, because the cluster is built with iam(): log in at an address by a token that is signed with the access key of aws()"
						.formatted(username()));
		}
		return this.application.password();
	}

	/**
	 * Whether there are addresses in front of the servers.
	 * @return whether the cluster was built with {@code tls()} or what implies it
	 */
	public boolean hasAddresses() {
		return this.services != null;
	}

	/**
	 * The cluster address: the present writer, also right after a failover.
	 * @return the address
	 * @throws IllegalStateException when the cluster was built without addresses
	 */
	public LocalRdsAddress writerAddress() {
		return addresses("writerAddress()").writer();
	}

	/**
	 * The reader address: the readers in turn, or the writer when there are none.
	 * @return the address
	 * @throws IllegalStateException when the cluster was built without addresses
	 */
	public LocalRdsAddress readerAddress() {
		return addresses("readerAddress()").reader();
	}

	/**
	 * An address such as that of RDS Proxy: the present writer, and nothing that says
	 * which instance it is.
	 * @return the address
	 * @throws IllegalStateException when the cluster was built without addresses
	 */
	public LocalRdsAddress proxyAddress() {
		return addresses("proxyAddress()").proxy();
	}

	/**
	 * The address of one instance.
	 * @param instance an instance of this cluster
	 * @return the address
	 * @throws IllegalStateException when the cluster was built without addresses
	 */
	public LocalRdsAddress address(LocalRdsInstance instance) {
		return addresses("address(instance)").of(instance);
	}

	/**
	 * The authority that has signed the addresses' certificates, for {@code sslrootcert}.
	 * @return its certificate as PEM text
	 * @throws IllegalStateException when the cluster was built without addresses
	 */
	public String certificateAuthority() {
		return addresses("certificateAuthority()").certificateAuthority();
	}

	private Addresses addresses(String accessor) {
		return built((this.services != null) ? this.services.addresses() : null, accessor,
				"tls(), iam() or secretsManager()");
	}

	/**
	 * The clock by which tokens and signatures age.
	 * @return the clock, which is the system's until a test moves it on
	 */
	public LocalRdsClock clock() {
		return this.clock;
	}

	/**
	 * Whether there are services of AWS beside the cluster.
	 * @return whether the cluster was built with {@code iam()} or
	 * {@code secretsManager()}
	 */
	public boolean hasAws() {
		return this.services != null && this.services.aws() != null;
	}

	/**
	 * Whether the login of the application's role is in a secret.
	 * @return whether the cluster was built with {@code secretsManager()}
	 */
	public boolean hasSecret() {
		return this.services != null && this.services.secret() != null;
	}

	/**
	 * The services of AWS that stand beside the cluster, and the access key to them.
	 * @return the services
	 * @throws IllegalStateException when the cluster was built without
	 */
	public LocalAws aws() {
		return built((this.services != null) ? this.services.aws() : null, "aws()", "iam() or secretsManager()");
	}

	/**
	 * The secret with the login of the application's role.
	 * @return the secret
	 * @throws IllegalStateException when the cluster was built without
	 */
	public LocalRdsSecret secret() {
		return built((this.services != null) ? this.services.secret() : null, "secret()", "secretsManager()");
	}

	/**
	 * What {@code aurora_replica_status()} says, for tests to change.
	 * @return the controls
	 * @throws IllegalStateException when the cluster was built without {@code aurora()}
	 */
	public LocalAurora aurora() {
		return built(this.aurora, "aurora()", "aurora()");
	}

	private static <T> T built(@Nullable T part, String accessor, String option) {
		if (part == null) {
			throw new IllegalStateException("%s needs a cluster that is built with %s".formatted(accessor, option));
		}
		return part;
	}

	/**
	 * Opens a connection of the superuser to the application's database, waiting for at
	 * most ten seconds.
	 * @param instance an instance of this cluster
	 * @return a connection, which the caller closes
	 * @throws SQLException when the instance refuses or does not answer
	 */
	public Connection adminConnection(LocalRdsInstance instance) throws SQLException {
		return this.client.connect(member(instance).server(), database());
	}

	/**
	 * Promotes the reader that has received most.
	 * @return the new writer
	 * @see #failover(LocalRdsInstance)
	 */
	public synchronized LocalRdsInstance failover() {
		return this.instances.failover();
	}

	/**
	 * Promotes a reader. A running writer is stopped in order first, so that nothing
	 * committed is lost, and comes back as a reader; its sessions are disconnected, those
	 * of the readers go on. A frozen writer is killed, and comes back as a reader too. A
	 * crashed one stays so until it is {@linkplain #restart restarted}, as a reader.
	 * @param target a running reader
	 * @return the new writer, which is the target
	 */
	public synchronized LocalRdsInstance failover(LocalRdsInstance target) {
		return this.instances.failover(target);
	}

	/**
	 * Promotes the reader that has received most, and leaves the former writer as it is.
	 * @return the new writer
	 * @see #promote(LocalRdsInstance)
	 */
	public synchronized LocalRdsInstance promote() {
		return this.instances.promote();
	}

	/**
	 * Promotes a reader and leaves the former writer as it is: a frozen one stays so, its
	 * connections neither answer nor break, and {@link #thaw} brings it back as a reader;
	 * a running one goes on to take writes that are lost, as a writer does that nobody
	 * could tell, until it is {@linkplain #crash crashed} and {@linkplain #restart
	 * restarted} as a reader.
	 * @param target a running reader
	 */
	public synchronized void promote(LocalRdsInstance target) {
		this.instances.promote(target);
	}

	/**
	 * When the last promotion ended: the new writer took writes, and nothing was done yet
	 * to let the others follow it.
	 * @return a time of {@code System.nanoTime}, some ten milliseconds late at most, or
	 * empty when there was no promotion
	 */
	public OptionalLong lastPromotion() {
		return this.instances.lastPromotion();
	}

	/**
	 * Kills all processes of an instance, running or frozen, at once.
	 * @param instance an instance of this cluster
	 */
	public synchronized void crash(LocalRdsInstance instance) {
		this.instances.crash(instance);
	}

	/**
	 * Starts a crashed instance again, on the same port: the writer as the writer, all
	 * others as readers of the present writer.
	 * @param instance an instance of this cluster
	 */
	public synchronized void restart(LocalRdsInstance instance) {
		this.instances.restart(instance);
	}

	/**
	 * Stops all processes of an instance where they are: connections stay open, new ones
	 * are accepted by the operating system, and nothing is answered.
	 * @param instance a running instance of this cluster
	 */
	public synchronized void freeze(LocalRdsInstance instance) {
		this.instances.freeze(instance);
	}

	/**
	 * Lets a frozen instance go on. One that another was {@linkplain #promote promoted}
	 * over is ended, and comes back as a reader.
	 * @param instance a frozen instance of this cluster
	 */
	public synchronized void thaw(LocalRdsInstance instance) {
		this.instances.thaw(instance);
	}

	/**
	 * Stops a reader from replaying: it goes on to receive, and its sessions see the data
	 * as it is now until {@link #resumeReplay}.
	 * @param reader a running reader
	 */
	public synchronized void pauseReplay(LocalRdsInstance reader) {
		this.instances.pauseReplay(reader);
	}

	/**
	 * Lets a reader replay again.
	 * @param reader a running reader
	 */
	public synchronized void resumeReplay(LocalRdsInstance reader) {
		this.instances.resumeReplay(reader);
	}

	/**
	 * Sets how long readers hold back what the writer has committed, for those that run
	 * and all that will.
	 * @param lag zero to an hour
	 * @see LocalRdsClusterBuilder#replicationLag(Duration)
	 */
	public synchronized void replicationLag(Duration lag) {
		this.instances.replicationLag(ReplicationLag.require(lag));
	}

	synchronized void replicationLag(LocalRdsInstance instance, Duration lag) {
		this.instances.replicationLag(instance, ReplicationLag.require(lag));
	}

	LocalRdsInstance mostAdvanced(Predicate<LocalRdsInstance> among) {
		return this.instances.mostAdvanced(among);
	}

	/**
	 * Adds a reader.
	 * @return the new instance
	 */
	public synchronized LocalRdsInstance addReader() {
		LocalRdsInstance reader = this.instances.createReader();
		if (this.services != null) {
			this.services.addresses().add(reader);
		}
		this.instances.add(reader);
		return reader;
	}

	/**
	 * Removes a reader, in whatever state it is, and deletes its data.
	 * @param reader a reader
	 */
	public synchronized void removeReader(LocalRdsInstance reader) {
		this.instances.remove(reader);
		if (this.services != null) {
			this.services.addresses().remove(reader);
		}
		reader.server().discard();
	}

	/**
	 * Waits, for at most 30 seconds beyond the readers' lag, until each reader that is
	 * running and not paused has replayed all that the writer has written by now.
	 */
	public void awaitReplication() {
		this.instances.awaitReplication();
	}

	/**
	 * Starts a Blue/Green deployment with this cluster as its blue environment. There may
	 * be one at a time.
	 * @return the deployment, whose green environment has all of this cluster's data, and
	 * which the caller closes
	 * @throws IllegalStateException when the cluster was built without addresses
	 * @see LocalBlueGreen#builder(LocalRdsCluster)
	 */
	public LocalBlueGreen blueGreen() {
		return LocalBlueGreen.builder(this).start();
	}

	ClusterSettings settings() {
		return this.settings;
	}

	ServerRuntime runtime() {
		return this.runtime;
	}

	AdminClient client() {
		return this.client;
	}

	ClusterServices services() {
		return built(this.services, "blueGreen()", "tls(), iam() or secretsManager()");
	}

	/**
	 * The application contexts that use the cluster.
	 * @return the contexts
	 */
	ClusterUsers users() {
		return this.users;
	}

	LocalRdsInstance member(LocalRdsInstance instance) {
		return this.instances.member(instance);
	}

	/**
	 * Stops all servers and deletes their data. Does nothing when that is done already.
	 */
	@Override
	public synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			if (this.services != null) {
				this.services.close();
			}
			this.client.close();
			this.shutdown.stopServers();
			instances().forEach((instance) -> instance.state(LocalRdsInstance.State.REMOVED));
		}
	}

	@Override
	public String toString() {
		return "LocalRdsCluster[writer=%s, readers=%s]".formatted(writer(), readers());
	}

}
