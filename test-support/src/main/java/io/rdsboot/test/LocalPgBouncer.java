package io.rdsboot.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.Executables;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.ServerAccount;
import io.rdsboot.test.server.FreePorts;
import org.jspecify.annotations.Nullable;

/**
 * PgBouncer in front of the servers of a {@link LocalRdsCluster}, from the PgBouncer that
 * is installed. In transaction mode by default, where clients share few connections to
 * the server, so that whatever a session would keep is seen by others or lost. Controls
 * are thread-safe.
 */
public final class LocalPgBouncer implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	/**
	 * Where {@code dev/pgbouncer --newest} puts it.
	 */
	private static final Path NEWEST = Path.of("/usr/local/lib/rds-spring-boot/pgbouncer/bin/pgbouncer");

	/**
	 * Stands for all databases of a server, by their own names.
	 */
	public static final String EVERY_DATABASE = "*";

	/**
	 * Parameter of a connection.
	 */
	private static final String REPLICATION = "replication";

	private final Path executable;

	private final Path directory;

	private final ServerAccount account;

	private final int port;

	private final String database;

	private final Login administrator;

	private final Map<String, LocalRdsInstance> targets;

	private final Map<String, String> parameters;

	private @Nullable Process process;

	private LocalPgBouncer(LocalRdsCluster cluster, Path executable, Map<String, LocalRdsInstance> targets,
			Map<String, String> parameters) throws IOException {
		this.executable = executable;
		this.targets = targets;
		this.parameters = parameters;
		this.port = FreePorts.INSTANCE.next();
		this.database = cluster.database();
		LocalRdsInstance any = cluster.writer();
		this.administrator = new Login(any.adminUsername(), any.adminPassword());
		this.directory = Files.createTempDirectory("rds-pgbouncer",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		this.account = ServerAccount.forServersIn(this.directory);
		Files.writeString(this.directory.resolve("users.txt"), "\"%s\" \"%s\"%n\"%s\" \"%s\"%n".formatted(
				cluster.username(), cluster.password(), this.administrator.username(), this.administrator.password()));
		writeSettings();
	}

	/**
	 * Begins with PgBouncer in front of a cluster.
	 * @param cluster the cluster, whose application and administrator can log in
	 * @return the builder
	 */
	public static Builder builder(LocalRdsCluster cluster) {
		return new Builder(cluster);
	}

	/**
	 * Tells whether PgBouncer is installed on this machine.
	 * @return whether {@link Builder#start()} finds it
	 */
	public static boolean isInstalled() {
		return installed() != null;
	}

	/**
	 * Tells whether a PgBouncer that keeps prepared statements (1.21 or later) was built
	 * by {@code dev/pgbouncer --newest}.
	 * @return whether {@link Builder#newest()} finds it
	 */
	public static boolean isNewestInstalled() {
		return Files.isExecutable(NEWEST);
	}

	private static @Nullable Path installed() {
		Path ofPackage = Path.of("/usr/sbin/pgbouncer");
		return Files.isExecutable(ofPackage) ? ofPackage : Executables.onPath("pgbouncer");
	}

	private synchronized void writeSettings() {
		StringBuilder text = new StringBuilder("[databases]\n");
		this.targets.forEach((name, target) -> text.append("%s = host=%s port=%d%s%n".formatted(name, target.host(),
				target.port(), name.equals(EVERY_DATABASE) ? "" : " dbname=" + this.database)));
		text.append("[pgbouncer]\n");
		this.parameters.forEach((name, value) -> text.append("%s = %s\n".formatted(name, value)));
		text.append("""
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = md5
				auth_file = %s
				admin_users = %s
				""".formatted(this.port, this.directory.resolve("users.txt"), this.administrator.username()));
		try {
			Files.writeString(this.directory.resolve("pgbouncer.ini"), text);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not write the settings of PgBouncer", ex);
		}
	}

	/**
	 * Port that it listens on, on 127.0.0.1.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * JDBC URL of a database, without credentials.
	 * @param database what PgBouncer calls it
	 * @return the URL
	 */
	public String jdbcUrl(String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(this.port, database);
	}

	/**
	 * Starts it again after {@link #kill()}.
	 */
	public synchronized void start() {
		if (this.process != null) {
			throw new LocalRdsException("PgBouncer runs already");
		}
		Path log = this.directory.resolve("log");
		try {
			Process started = new ProcessBuilder(this.account.wrap(
					List.of(this.executable.toString(), "--quiet", this.directory.resolve("pgbouncer.ini").toString())))
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
			this.process = started;
			boolean listens = Deadline.after(LIMIT).await(() -> !started.isAlive() || listens());
			if (!listens || !started.isAlive()) {
				throw new LocalRdsException("PgBouncer does not listen: " + Files.readString(log));
			}
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not start PgBouncer", ex);
		}
	}

	private boolean listens() {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Ends it as a crash does: its clients lose their connections at once.
	 */
	public synchronized void kill() {
		Process running = this.process;
		this.process = null;
		if (running != null) {
			running.destroyForcibly();
			try {
				running.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Lets the transactions end that have begun, and holds back all that follow.
	 */
	public void pause() {
		administer("PAUSE");
	}

	/**
	 * Goes on after {@link #pause()}.
	 */
	public void resume() {
		administer("RESUME");
	}

	/**
	 * Points a database to another server. Connections to the former are closed when
	 * their transactions end.
	 * @param name what PgBouncer calls the database
	 * @param target the server
	 */
	public synchronized void redirect(String name, LocalRdsInstance target) {
		this.targets.put(name, target);
		writeSettings();
		administer("RELOAD");
	}

	/**
	 * Executes a command of PgBouncer's console.
	 * @param command the command
	 */
	public void administer(String command) {
		Properties properties = new Properties();
		properties.setProperty("user", this.administrator.username());
		properties.setProperty("password", this.administrator.password());
		properties.setProperty("preferQueryMode", "simple");
		properties.setProperty("assumeMinServerVersion", "12");
		// Without it pgjdbc begins with a SET that the console refuses.
		properties.setProperty(REPLICATION, "false");
		properties.setProperty("socketTimeout", Long.toString(LIMIT.toSeconds()));
		try (Connection console = DriverManager.getConnection(jdbcUrl("pgbouncer"), properties);
				Statement statement = console.createStatement()) {
			statement.execute(command);
		}
		catch (SQLException ex) {
			throw new LocalRdsException("PgBouncer does not accept " + command + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Ends it, and deletes its files.
	 */
	@Override
	public void close() {
		kill();
		for (String file : List.of("users.txt", "pgbouncer.ini", "log", "")) {
			try {
				Files.deleteIfExists(this.directory.resolve(file));
			}
			catch (IOException ex) {
				throw new LocalRdsException("Could not delete the files of PgBouncer", ex);
			}
		}
	}

	@Override
	public String toString() {
		return "PgBouncer[" + this.port + ", " + this.targets + "]";
	}

	/**
	 * Says what a {@link LocalPgBouncer} is like. Not thread-safe.
	 */
	public static final class Builder {

		private final LocalRdsCluster cluster;

		private final Map<String, LocalRdsInstance> targets = new LinkedHashMap<>();

		private final Map<String, String> parameters = new LinkedHashMap<>();

		private boolean newest;

		private Builder(LocalRdsCluster cluster) {
			this.cluster = cluster;
			this.parameters.put("pool_mode", "transaction");
			this.parameters.put("default_pool_size", "3");
			this.parameters.put("ignore_startup_parameters", "extra_float_digits, " + REPLICATION);
		}

		/**
		 * Adds a name for the cluster's database. Without any, the database's own name
		 * leads to the writer.
		 * @param name the name that clients use
		 * @param target the server that it leads to
		 * @return this
		 */
		public Builder database(String name, LocalRdsInstance target) {
			this.targets.put(name, target);
			return this;
		}

		/**
		 * Sets a parameter of {@code pgbouncer.ini}.
		 * @param name the parameter
		 * @param value its value
		 * @return this
		 */
		public Builder parameter(String name, String value) {
			this.parameters.put(name, value);
			return this;
		}

		/**
		 * Takes the PgBouncer that {@code dev/pgbouncer --newest} has built.
		 * @return this
		 */
		public Builder newest() {
			this.newest = true;
			return this;
		}

		/**
		 * Starts it.
		 * @return the running PgBouncer, to be closed
		 * @throws LocalRdsException if it is not installed, or does not start
		 */
		public LocalPgBouncer start() {
			Path executable = this.newest ? NEWEST : installed();
			if (executable == null || !Files.isExecutable(executable)) {
				throw new LocalRdsException("There is no PgBouncer on this machine: dev/pgbouncer"
						+ (this.newest ? " --newest builds it" : " installs it"));
			}
			if (this.targets.isEmpty()) {
				this.targets.put(this.cluster.database(), this.cluster.writer());
			}
			try {
				LocalPgBouncer started = new LocalPgBouncer(this.cluster, executable, this.targets, this.parameters);
				started.start();
				return started;
			}
			catch (IOException ex) {
				throw new LocalRdsException("Could not start PgBouncer", ex);
			}
		}

	}

}
