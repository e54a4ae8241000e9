package io.rdsboot.test.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.installation.ClusterDirectory;
import io.rdsboot.test.installation.DataTemplates;
import io.rdsboot.test.installation.Initdb;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallation;
import io.rdsboot.test.installation.SuperuserPassword;
import io.rdsboot.test.installation.SystemIdentifier;
import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.ServerAccount;
import org.postgresql.PGConnection;

/**
 * A PostgreSQL server as processes of this machine, on a loopback address.
 */
public final class NativeServer implements DatabaseServer {

	public static final String HOST = "127.0.0.1";

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

	private static final Duration COPY_LIMIT = Duration.ofMinutes(5);

	/** The path of a Unix socket may have 107 bytes on Linux, and 103 on macOS. */
	private static final String SOCKETS = "s";

	private final String name;

	private final ServerAddress address;

	private final Path home;

	private final Path data;

	private final Path passwordFile;

	private final PostgresInstallation installation;

	private final ServerAccount account;

	private final Login administrator;

	private final ServerProcesses processes;

	NativeServer(String name, ServerAddress address, Path home, PostgresInstallation installation,
			ServerAccount account, Login administrator) {
		this.name = name;
		this.address = address;
		this.home = home;
		this.data = home.resolve("data");
		this.installation = installation;
		this.account = account;
		this.administrator = administrator;
		this.passwordFile = home.resolve("pgpass");
		this.processes = new ServerProcesses(this.data);
	}

	/**
	 * Makes the data directory of a new cluster, or of a standby that begins where such a
	 * cluster began.
	 * @param templates what to copy the data from
	 * @param identifier of the cluster
	 * @param password of the administrator
	 * @param parameters the server's settings
	 * @return the administrator's login in the template, which no other template has
	 */
	Login initialize(DataTemplates templates, long identifier, SuperuserPassword password,
			Map<String, String> parameters) {
		try {
			createHome();
			Login login = templates.copy(new Initdb(this.installation, this.account, this.administrator.username()),
					this.home);
			SystemIdentifier.write(this.data, identifier);
			password.write(this.data);
			Files.writeString(this.data.resolve("postgresql.conf"), PostgresParameters.toConfiguration(parameters),
					StandardOpenOption.APPEND);
			Path rules = this.data.resolve("pg_hba.conf");
			Files.writeString(rules, PostgresParameters.IAM_RULE + Files.readString(rules));
			return login;
		}
		catch (IOException ex) {
			throw new LocalRdsException(
					"Could not make the data directory of %s in %s: %s".formatted(this.name, this.home, ex), ex);
		}
	}

	/**
	 * Starts on data of its upstream as it was at some time, from which the upstream
	 * still has all of its log.
	 * @param upstream the server to follow
	 */
	void startFollowing(DatabaseServer upstream) {
		try {
			Files.writeString(this.data.resolve("postgresql.auto.conf"),
					PostgresParameters.toConfiguration(Map.of("primary_conninfo", connectionInfo(upstream))),
					StandardOpenOption.APPEND);
			this.account.own(Files.createFile(this.data.resolve("standby.signal")));
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not make %s a standby: %s".formatted(this.name, ex), ex);
		}
		start();
	}

	/**
	 * Copies the data of a running server, and starts as its standby.
	 */
	@Override
	public void rebuild(DatabaseServer upstream) {
		try {
			ClusterDirectory.deleteRecursively(this.home);
			createHome();
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not empty %s for %s: %s".formatted(this.home, this.name, ex), ex);
		}
		run(COPY_LIMIT, "pg_basebackup", "--pgdata=" + this.data, "--host=" + upstream.host(),
				"--port=" + upstream.port(), "--username=" + this.administrator.username(), "--no-password",
				"--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync");
		start();
	}

	private void writeSecret(Path file, String text) throws IOException {
		Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(file, text);
		this.account.own(file);
	}

	private void createHome() throws IOException {
		Files.createDirectory(this.home);
		Files.createDirectory(this.home.resolve(SOCKETS));
		this.account.own(this.home);
		this.account.own(this.home.resolve(SOCKETS));
		writeSecret(this.passwordFile, "*:*:*:*:" + this.administrator.password());
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String host() {
		return this.address.host();
	}

	@Override
	public int port() {
		return this.address.port();
	}

	@Override
	public String connectionInfo(DatabaseServer upstream) {
		return "host=%s port=%d user=%s passfile='%s'".formatted(upstream.host(), upstream.port(),
				this.administrator.username(), this.passwordFile);
	}

	@Override
	public void start() {
		String options = "-c port=%d -c listen_addresses=%s -c unix_socket_directories='\"%s\"' -c cluster_name=%s"
			.formatted(port(), host(), this.home.resolve(SOCKETS), this.name);
		removeStaleLocks();
		try {
			// Named, because pg_ctl asks a program that it finds itself for its version,
			// which costs as much as its start.
			pgCtl("start", START_LIMIT, "-p", this.installation.program("postgres").toString(), "--options=" + options,
					"--log=" + log());
		}
		catch (LocalRdsException ex) {
			throw new LocalRdsException(
					"%s did not start on %s:%d. Its log:%n%s".formatted(this.name, host(), port(), readLog()), ex);
		}
	}

	/**
	 * Where the machine's first process collects no orphans, as in many containers, a
	 * killed postmaster is listed for ever, and PostgreSQL takes it for a live one.
	 */
	private void removeStaleLocks() {
		if (this.processes.isRunning()) {
			return;
		}
		deleteLockFiles();
	}

	private Path log() {
		return this.home.resolve("server.log");
	}

	private String readLog() {
		try {
			return new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).strip();
		}
		catch (IOException ex) {
			return "(none: %s)".formatted(ex);
		}
	}

	@Override
	public void stop() {
		pgCtl("stop", STOP_LIMIT, "--mode=fast");
	}

	@Override
	public void kill() {
		this.processes.kill();
		deleteLockFiles();
	}

	/**
	 * A restart would take a killed postmaster that its parent has not asked for yet for
	 * a running one.
	 */
	private void deleteLockFiles() {
		try {
			Files.deleteIfExists(this.data.resolve("postmaster.pid"));
			Files.deleteIfExists(this.home.resolve(SOCKETS).resolve(".s.PGSQL." + port() + ".lock"));
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not delete the lock files of %s: %s".formatted(this.name, ex), ex);
		}
	}

	@Override
	public void freeze() {
		this.processes.freeze();
	}

	@Override
	public void thaw() {
		this.processes.thaw();
	}

	@Override
	public void discard() {
		discard(this.home);
	}

	/**
	 * Ends the server that was left in a directory, and deletes the directory.
	 * @param home the directory of a server
	 */
	static void discard(Path home) {
		new ServerProcesses(home.resolve("data")).stopImmediately();
		try {
			ClusterDirectory.deleteRecursively(home);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not delete %s: %s".formatted(home, ex), ex);
		}
	}

	private void pgCtl(String action, Duration limit, String... arguments) {
		List<String> words = new ArrayList<>(
				List.of(action, "--pgdata=" + this.data, "--wait", "--timeout=" + limit.toSeconds()));
		words.addAll(List.of(arguments));
		run(limit.plusSeconds(5), "pg_ctl", words.toArray(String[]::new));
	}

	private void run(Duration limit, String program, String... arguments) {
		List<String> words = new ArrayList<>(List.of(this.installation.program(program).toString()));
		words.addAll(List.of(arguments));
		// A server that subscribes is a client as well, which looks for certificates at
		// home.
		new Command(this.account.wrap(words),
				Map.of("PGPASSFILE", this.passwordFile.toString(), "HOME", this.home.toString()), this.home, limit)
			.run();
	}

}
