package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.ServerAccount;

/**
 * The program that makes the data directory of a new cluster.
 *
 * @param installation the PostgreSQL that it is part of
 * @param account the user to run it as
 * @param username name of the superuser in the cluster
 */
public record Initdb(PostgresInstallation installation, ServerAccount account, String username) {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** From this version on, pages have checksums by default. */
	private static final int FIRST_WITH_CHECKSUMS = 18;

	/**
	 * Makes a data directory.
	 * @param data the directory, which does not exist, in one of the account's
	 * @param password the superuser's password
	 * @throws IOException when the password cannot be handed over
	 */
	void run(Path data, String password) throws IOException {
		Path file = data.resolveSibling("initdb-password");
		Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(file, password);
		this.account.own(file);
		List<String> words = new ArrayList<>(
				List.of(this.installation.program("initdb").toString(), "--pgdata=" + data, "--pwfile=" + file));
		words.addAll(settings());
		new Command(this.account.wrap(words), Map.of(), data.getParent(), LIMIT).run();
		Files.delete(file);
	}

	private List<String> settings() {
		// Small segments: a copy of the data has at least one, of which it needs little.
		List<String> settings = new ArrayList<>(List.of("--username=" + this.username, "--auth=scram-sha-256",
				"--encoding=UTF8", "--locale=" + locale(), "--lc-messages=C", "--wal-segsize=1", "--no-sync"));
		if (this.installation.version() >= FIRST_WITH_CHECKSUMS) {
			// SuperuserPassword writes to a page.
			settings.add("--no-data-checksums");
		}
		return settings;
	}

	private static String locale() {
		return System.getProperty("os.name").startsWith("Mac") ? "en_US.UTF-8" : "C.UTF-8";
	}

	/**
	 * All that the data depends on, besides the password.
	 * @return a text that another version of the program, another account or other
	 * settings change
	 * @throws IOException when the program cannot be inspected
	 */
	String fingerprint() throws IOException {
		Path server = this.installation.program("postgres");
		return String.join("\n", server.toString(), Files.getLastModifiedTime(server).toString(),
				Long.toString(Files.size(server)), this.account.toString(), settings().toString());
	}

}
