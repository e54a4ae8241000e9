package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.vector.schema.ExtensionVersion;
import org.jspecify.annotations.Nullable;

/**
 * Faults of pgvector that harm indexes and that later versions have mended.
 *
 * @see <a href="https://github.com/pgvector/pgvector/blob/master/CHANGELOG.md">The
 * changelog of pgvector</a>
 */
final class ExtensionFaults {

	private static final Map<ExtensionVersion, String> FAULTS_BEFORE = new LinkedHashMap<>();

	static {
		FAULTS_BEFORE.put(new ExtensionVersion("0.8.2"),
				"parallel builds of HNSW indexes let a user who may create indexes read other tables (CVE-2026-3172)");
		FAULTS_BEFORE.put(new ExtensionVersion("0.8.3"),
				"vacuum can damage HNSW indexes (an error on \"different vector dimensions\"; REINDEX mends it)");
		FAULTS_BEFORE.put(new ExtensionVersion("0.8.4"), "builds of IVFFlat indexes take more memory than they may");
		FAULTS_BEFORE.put(new ExtensionVersion("0.8.7"),
				"rows that are written during a vacuum lower the recall of HNSW indexes (REINDEX mends it)");
	}

	private ExtensionFaults() {
	}

	/**
	 * Return what is wrong with the version that a database has, and what mends it, or
	 * {@code null} if nothing is known.
	 */
	static @Nullable String find(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				SELECT e.extversion, a.default_version FROM pg_extension e
				LEFT JOIN pg_available_extensions a ON a.name = e.extname WHERE e.extname = 'vector'""")) {
			if (!row.next()) {
				return null;
			}
			String available = row.getString(2);
			return describe(new ExtensionVersion(row.getString(1)),
					(available != null) ? new ExtensionVersion(available) : null);
		}
	}

	/**
	 * Return what is wrong with a version.
	 * @param available the version that the server has, or {@code null} if that is not
	 * known
	 */
	static @Nullable String describe(ExtensionVersion installed, @Nullable ExtensionVersion available) {
		List<String> faults = new ArrayList<>();
		FAULTS_BEFORE.forEach((version, fault) -> {
			if (installed.isBefore(version)) {
				faults.add("%s (before %s)".formatted(fault, version));
			}
		});
		if (faults.isEmpty()) {
			return null;
		}
		String mend = (available != null && installed.isBefore(available))
				? "The server has %s; run as the owner of the extension: ALTER EXTENSION vector UPDATE;"
					.formatted(available)
				: "An upgrade of the server to a version with a newer pgvector mends them.";
		return "pgvector %s has faults that later versions do not have: %s. %s".formatted(installed,
				String.join("; ", faults), mend);
	}

}
