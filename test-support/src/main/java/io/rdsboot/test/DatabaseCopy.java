package io.rdsboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.server.BlueGreenFunctions;

/**
 * Copies the roles of one cluster, and the schema of its application's database, to
 * another one by {@code pg_dump}.
 */
final class DatabaseCopy {

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private final LocalRdsCluster from;

	private final LocalRdsCluster to;

	DatabaseCopy(LocalRdsCluster from, LocalRdsCluster to) {
		this.from = from;
		this.to = to;
	}

	/**
	 * Copies what the other cluster does not have.
	 */
	void run() {
		try {
			Path file = Files.createTempFile("rds-local-copy", ".sql");
			try {
				roles(file);
				schema(file);
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException | SQLException ex) {
			throw new LocalRdsException("Could not copy the database '%s': %s".formatted(this.from.database(), ex), ex);
		}
	}

	private void roles(Path file) throws IOException, SQLException {
		run(this.from, "pg_dumpall", "--roles-only", "--file=" + file);
		Set<String> existing = new HashSet<>(
				rows("SELECT format('CREATE ROLE %I;', rolname) FROM pg_roles WHERE rolname !~ '^pg_'"));
		Files.write(file, Files.readAllLines(file).stream().filter((line) -> !existing.contains(line)).toList());
		load(file);
	}

	private List<String> rows(String query) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (Connection connection = this.to.adminConnection(this.to.writer());
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(query)) {
			while (result.next()) {
				rows.add(result.getString(1));
			}
		}
		return rows;
	}

	private void schema(Path file) {
		run(this.from, "pg_dump", "--schema-only", "--no-publications", "--no-subscriptions",
				"--exclude-schema=" + BlueGreenFunctions.SCHEMA, "--file=" + file, "--dbname=" + this.from.database());
		load(file);
	}

	private void load(Path file) {
		run(this.to, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=" + file,
				"--dbname=" + this.to.database());
	}

	private static void run(LocalRdsCluster cluster, String program, String... arguments) {
		LocalRdsInstance writer = cluster.writer();
		List<String> words = new ArrayList<>(List.of(cluster.runtime().program(program).toString(), "--no-password",
				"--host=" + writer.host(), "--port=" + writer.port(), "--username=" + writer.adminUsername()));
		words.addAll(List.of(arguments));
		new Command(words, Map.of("PGPASSWORD", writer.adminPassword()), null, LIMIT).run();
	}

}
