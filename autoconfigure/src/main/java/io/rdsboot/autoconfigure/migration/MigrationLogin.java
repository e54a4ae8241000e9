package io.rdsboot.autoconfigure.migration;

import java.util.Map;

import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.cluster.DatabaseInstance;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a migration tool logs in.
 *
 * @param instance the server, or {@code null} for the cluster's present writer
 * @param database the database
 * @param driverProperties connection properties of pgjdbc from the tool's own URL
 * @param credentials where the login comes from, or {@code null} for the application's
 */
record MigrationLogin(@Nullable DatabaseInstance instance, String database, Map<String, String> driverProperties,
		@Nullable ConfiguredCredentials credentials) {

}
