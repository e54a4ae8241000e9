package io.rdsboot.test.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * PostgreSQL settings of a cluster's servers: small, quick to start, and safe against a
 * killed process though not against a power cut.
 */
public final class PostgresParameters {

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("wal_level", "replica"),
			Map.entry("fsync", "off"), Map.entry("wal_init_zero", "off"),
			// PostgreSQL's defaults, which initdb makes smaller with the segments.
			Map.entry("min_wal_size", "80MB"), Map.entry("max_wal_size", "1GB"), Map.entry("shared_buffers", "64MB"),
			Map.entry("max_connections", "200"), Map.entry("max_wal_senders", "20"), Map.entry("hot_standby", "on"),
			// A reader that was frozen or restarted finds all it missed; there are no
			// slots to keep it.
			Map.entry("wal_keep_size", "512MB"),
			// Readers come back at once after their writer did, not after 5 s.
			Map.entry("wal_retrieve_retry_interval", "100ms"), Map.entry("wal_receiver_timeout", "5s"),
			Map.entry("password_encryption", "scram-sha-256"), Map.entry("timezone", "UTC"),
			Map.entry("log_timezone", "UTC"), Map.entry("log_line_prefix", "%m [%p] %q%u@%d "));

	/**
	 * First rule of {@code pg_hba.conf}: asks roles in {@code rds_iam}, and no superuser,
	 * for a password in clear text, as PAM does on RDS. Addresses take tokens in its
	 * place.
	 */
	static final String IAM_RULE = "host all +rds_iam all password\n";

	private PostgresParameters() {
	}

	/**
	 * Adds settings to the cluster's own.
	 * @param lag how long readers hold back what the writer has committed
	 * @param overrides what was asked for
	 * @return all settings
	 */
	public static Map<String, String> with(Duration lag, Map<String, String> overrides) {
		Map<String, String> parameters = new LinkedHashMap<>(DEFAULTS);
		parameters.put(ReplicationLag.PARAMETER, lag.toMillis() + "ms");
		parameters.putAll(overrides);
		return parameters;
	}

	static String toConfiguration(Map<String, String> parameters) {
		StringBuilder text = new StringBuilder("\n");
		parameters.forEach((name, value) -> text.append(name)
			.append(" = '")
			.append(value.replace("\\", "\\\\").replace("'", "''"))
			.append("'\n"));
		return text.toString();
	}

}
