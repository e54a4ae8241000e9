package io.rdsboot.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.installation.ClusterDirectory;
import io.rdsboot.test.installation.DataTemplates;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallation;
import io.rdsboot.test.installation.SuperuserPassword;
import io.rdsboot.test.installation.SystemIdentifier;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.ServerAccount;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers as processes of this machine, with their data in one temporary directory. Both
 * are gone when it is closed, or soon after the JVM was killed. Where that did not work,
 * because the machine stopped or everything was killed, the next JVM to start a cluster
 * removes them.
 */
public final class NativeRuntime implements ServerRuntime {

	/**
	 * System property: where the data is kept, instead of the JVM's temporary directory.
	 */
	public static final String DIRECTORY_PROPERTY = "rds.local.directory";

	private static final Logger logger = LoggerFactory.getLogger(NativeRuntime.class);

	private final PostgresInstallation installation;

	private final ClusterDirectory directory;

	private final ServerAccount account;

	private final Login administrator;

	private final Map<String, String> parameters;

	private final DataTemplates templates;

	private final ServerGuard guard;

	private final long identifier = SystemIdentifier.generate();

	private final SuperuserPassword password;

	/** In the template that the writer is a copy of. */
	private volatile @Nullable Login templateLogin;

	private NativeRuntime(PostgresInstallation installation, ClusterDirectory directory, DataTemplates templates,
			ServerAccount account, Login administrator, Map<String, String> parameters) {
		this.installation = installation;
		this.directory = directory;
		this.account = account;
		this.administrator = administrator;
		this.parameters = parameters;
		this.templates = templates;
		this.password = SuperuserPassword.of(administrator);
		this.guard = ServerGuard.start(directory.path());
	}

	/**
	 * Prepares a directory for servers, and removes what killed JVMs have left.
	 * @param installation the PostgreSQL to run
	 * @param administrator the superuser of the servers
	 * @param parameters the servers' settings
	 * @return a runtime without servers
	 */
	public static NativeRuntime open(PostgresInstallation installation, Login administrator,
			Map<String, String> parameters) {
		Path parent = parentDirectory();
		removeLeftovers(parent);
		ClusterDirectory directory = ClusterDirectory.create(parent);
		try {
			return new NativeRuntime(installation, directory, new DataTemplates(parent, InstantSource.system()),
					ServerAccount.forServersIn(directory.path()), administrator, parameters);
		}
		catch (RuntimeException ex) {
			directory.delete();
			throw ex;
		}
	}

	/**
	 * Returns the directory in which each runtime of this JVM keeps its data in one of
	 * its own.
	 * @return the directory, which exists
	 */
	public static Path parentDirectory() {
		return Path.of(System.getProperty(DIRECTORY_PROPERTY, System.getProperty("java.io.tmpdir"))).toAbsolutePath();
	}

	private static void removeLeftovers(Path parent) {
		for (Path leftover : ClusterDirectory.leftovers(parent)) {
			logger.info("Removing {}, which a killed JVM has left", leftover);
			try {
				homes(leftover).forEach(NativeServer::discard);
				ClusterDirectory.deleteRecursively(leftover);
			}
			catch (IOException | LocalRdsException ex) {
				// The guard of that JVM may have been faster.
				if (Files.exists(leftover)) {
					logger.warn("Could not remove {}", leftover, ex);
				}
			}
		}
	}

	private static List<Path> homes(Path directory) {
		try (Stream<Path> children = Files.list(directory)) {
			return children.filter(Files::isDirectory).toList();
		}
		catch (IOException | UncheckedIOException ex) {
			throw new LocalRdsException("Could not list %s".formatted(directory), ex);
		}
	}

	@Override
	public DatabaseServer createWriter(String name, ServerAddress address) {
		NativeServer server = newServer(name, address);
		this.templateLogin = initialize(server);
		server.start();
		return server;
	}

	/**
	 * Starts the reader on a copy of what the writer has started on: the log that the
	 * writer has written since is less than a copy of its data.
	 */
	@Override
	public DatabaseServer createFirstReader(String name, ServerAddress address, DatabaseServer writer) {
		NativeServer server = newServer(name, address);
		if (initialize(server).equals(this.templateLogin)) {
			server.startFollowing(writer);
		}
		else {
			// The template was made anew between the two copies.
			server.rebuild(writer);
		}
		return server;
	}

	@Override
	public DatabaseServer createReader(String name, ServerAddress address, DatabaseServer upstream) {
		NativeServer server = newServer(name, address);
		server.rebuild(upstream);
		return server;
	}

	private Login initialize(NativeServer server) {
		return server.initialize(this.templates, this.identifier, this.password, this.parameters);
	}

	private NativeServer newServer(String name, ServerAddress address) {
		return new NativeServer(name, address, this.directory.path().resolve(name), this.installation, this.account,
				this.administrator);
	}

	@Override
	public Path program(String name) {
		return this.installation.program(name);
	}

	@Override
	public Path sharedDirectory() {
		return this.directory.path();
	}

	@Override
	public synchronized void close() {
		if (Files.exists(this.directory.path())) {
			homes(this.directory.path()).parallelStream().forEach(NativeServer::discard);
			this.directory.delete();
		}
		this.guard.close();
	}

	@Override
	public String toString() {
		return this.installation.toString();
	}

}
