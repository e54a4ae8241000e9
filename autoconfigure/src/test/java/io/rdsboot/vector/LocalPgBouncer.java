package io.rdsboot.vector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

import org.springframework.util.FileSystemUtils;

/**
 * PgBouncer in transaction mode in front of a server: its clients take turns on a single
 * connection, so that whatever a session would keep is seen by others or lost.
 */
final class LocalPgBouncer implements AutoCloseable {

	private static final String UNPRIVILEGED = "nobody";

	private final Path directory;

	private final Process process;

	private final int port;

	private LocalPgBouncer(Path directory, Process process, int port) {
		this.directory = directory;
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts a PgBouncer, or aborts the test where there is none.
	 * @param server the server
	 */
	static LocalPgBouncer start(LocalRdsInstance server) throws IOException {
		Path executable = executable();
		if (executable == null) {
			throw new TestAbortedException("there is no pgbouncer on this machine: dev/pgbouncer installs it");
		}
		Path directory = Files.createTempDirectory("rds-pgbouncer",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		int port = freePort();
		Path users = directory.resolve("users.txt");
		Files.writeString(users, "\"%s\" \"%s\"\n".formatted(server.adminUsername(), server.adminPassword()));
		Path settings = directory.resolve("pgbouncer.ini");
		Files.writeString(settings, """
				[databases]
				* = host=%s port=%d
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = md5
				auth_file = %s
				pool_mode = transaction
				default_pool_size = 1
				ignore_startup_parameters = extra_float_digits
				""".formatted(server.host(), server.port(), port, users));
		List<String> command = new ArrayList<>();
		if (System.getProperty("user.name").equals("root")) {
			command.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--clear-groups", "--"));
		}
		command.addAll(List.of(executable.toString(), "--quiet", settings.toString()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("log").toFile())
			.start();
		LocalPgBouncer pgBouncer = new LocalPgBouncer(directory, process, port);
		Awaitility.await("PgBouncer listens").atMost(Duration.ofSeconds(20)).until(pgBouncer::listens);
		return pgBouncer;
	}

	private static @Nullable Path executable() {
		List<Path> directories = new ArrayList<>(List.of(Path.of("/usr/sbin")));
		for (String directory : System.getenv("PATH").split(":")) {
			directories.add(Path.of(directory));
		}
		return directories.stream()
			.map((directory) -> directory.resolve("pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private boolean listens() throws IOException {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("PgBouncer has ended: " + Files.readString(this.directory.resolve("log")));
		}
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Returns the URL of a database, for a driver that may not keep prepared statements.
	 */
	String jdbcUrl(String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?prepareThreshold=0".formatted(this.port, database);
	}

	@Override
	public void close() throws IOException {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
