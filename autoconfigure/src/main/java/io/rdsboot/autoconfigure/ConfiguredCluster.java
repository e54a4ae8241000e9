package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentials;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the configuration, or connection details in its place, describes.
 *
 * @param writer the writer
 * @param readers the readers, may be empty
 * @param database the database on all of them
 * @param credentials the login, or {@code null} where a provider of the user's own stands
 * for it
 */
record ConfiguredCluster(DatabaseInstance writer, List<DatabaseInstance> readers, String database,
		@Nullable DatabaseCredentials credentials) {

	/**
	 * Reads the configuration.
	 * @param properties the properties
	 * @param details take precedence over the properties, if there are any
	 * @param credentialsNeeded whether user name and password must be in it
	 * @throws InvalidRdsConfigurationException if there is no cluster in it; names every
	 * problem
	 */
	static ConfiguredCluster of(RdsProperties properties, @Nullable RdsConnectionDetails details,
			boolean credentialsNeeded) {
		return new Reading(properties, details).cluster(credentialsNeeded);
	}

	/**
	 * One pass through the configuration that collects the problems on its way.
	 */
	private static final class Reading {

		private final RdsProperties properties;

		private final @Nullable RdsConnectionDetails details;

		private final List<ConfigurationProblem> problems = new ArrayList<>();

		Reading(RdsProperties properties, @Nullable RdsConnectionDetails details) {
			this.properties = properties;
			this.details = details;
		}

		ConfiguredCluster cluster(boolean credentialsNeeded) {
			ConfiguredAddress writer = writerAddress();
			List<DatabaseInstance> readers = readers();
			String database = database(writer);
			DatabaseCredentials credentials = credentialsNeeded ? credentials() : null;
			rejectDuplicates(writer, readers);
			if (!this.problems.isEmpty()) {
				throw new InvalidRdsConfigurationException(this.problems);
			}
			return new ConfiguredCluster(instance(Objects.requireNonNull(writer), 1), readers,
					Objects.requireNonNull(database), credentials);
		}

		private @Nullable DatabaseCredentials credentials() {
			RdsProperties.Credentials configured = this.properties.getCredentials();
			return switch (configured.getType()) {
				case PASSWORD -> passwordCredentials(configured);
			};
		}

		private @Nullable DatabaseCredentials passwordCredentials(RdsProperties.Credentials configured) {
			String username = credential("rds.credentials.username",
					(this.details != null) ? this.details.getUsername() : null, configured.getUsername());
			String password = credential("rds.credentials.password",
					(this.details != null) ? this.details.getPassword() : null, configured.getPassword());
			return (username != null && password != null) ? new DatabaseCredentials(username, password) : null;
		}

		private @Nullable ConfiguredAddress writerAddress() {
			String writer = (this.details != null) ? this.details.getWriter() : this.properties.getWriter();
			if (isBlank(writer)) {
				boolean readers = !this.properties.getReaders().isEmpty();
				problem("rds.writer", null,
						readers ? "Readers are configured, but no writer." : "No writer is configured.",
						"Set rds.writer to the address of the writer, for Aurora the cluster endpoint.");
				return null;
			}
			return collect(() -> ConfiguredAddress.parse("rds.writer", Objects.requireNonNull(writer)));
		}

		private List<DatabaseInstance> readers() {
			List<DatabaseInstance> readers = new ArrayList<>();
			if (this.details != null) {
				this.details.getReaders().forEach((address) -> addReader(readers, "rds.readers", address, 1));
			}
			else {
				int index = 0;
				for (RdsProperties.Reader reader : this.properties.getReaders()) {
					addReader(readers, "rds.readers[" + index++ + "]", reader.getAddress(), reader.getWeight());
				}
			}
			return readers;
		}

		private void addReader(List<DatabaseInstance> readers, String key, @Nullable String address, int weight) {
			if (isBlank(address)) {
				problem(key, address, "The reader has no address.",
						"Set an address, or remove the entry from rds.readers.");
				return;
			}
			if (weight < 1) {
				problem(key + ".weight", String.valueOf(weight), "A weight is at least 1.",
						"Set " + key + ".weight to 1 or more, or remove the reader from rds.readers.");
				return;
			}
			ConfiguredAddress parsed = collect(() -> ConfiguredAddress.parse(key, Objects.requireNonNull(address)));
			if (parsed != null) {
				checkReaderDatabase(key, parsed);
				readers.add(instance(parsed, weight));
			}
		}

		private void checkReaderDatabase(String key, ConfiguredAddress reader) {
			String database = this.properties.getDatabase();
			if (reader.database() != null && database != null && !database.equals(reader.database())) {
				problem(key, reader.database(),
						"The reader's URL names another database than rds.database ('" + database + "').",
						"Remove the database from " + key + ": replicas hold the writer's databases.");
			}
		}

		private @Nullable String database(@Nullable ConfiguredAddress writer) {
			String ofUrl = (writer != null) ? writer.database() : null;
			String ofDetails = (this.details != null) ? this.details.getDatabase() : null;
			if (!isBlank(ofDetails)) {
				return ofDetails;
			}
			String configured = this.properties.getDatabase();
			if (isBlank(configured)) {
				if (ofUrl == null && writer != null) {
					problem("rds.database", null, "No database is configured.",
							"Set rds.database, or name the database in the URL of rds.writer.");
				}
				return ofUrl;
			}
			if (this.details == null && ofUrl != null && !ofUrl.equals(configured)) {
				problem("rds.database", configured, "The URL of rds.writer names another database ('" + ofUrl + "').",
						"Name the database in one of the two places.");
			}
			return (this.details != null && ofUrl != null) ? ofUrl : configured;
		}

		private @Nullable String credential(String key, @Nullable String ofDetails, @Nullable String configured) {
			if (ofDetails != null) {
				return ofDetails;
			}
			if (configured == null || configured.isEmpty()) {
				problem(key, null, "It is needed for rds.credentials.type 'password'.", "Set " + key + ".");
				return null;
			}
			return configured;
		}

		private void rejectDuplicates(@Nullable ConfiguredAddress writer, List<DatabaseInstance> readers) {
			List<String> seen = new ArrayList<>();
			if (writer != null) {
				seen.add(writer.address().toString());
			}
			for (DatabaseInstance reader : readers) {
				if (seen.contains(reader.name())) {
					problem("rds.readers", reader.name(), "The address stands in rds.writer and rds.readers twice.",
							"Name each address once.");
				}
				seen.add(reader.name());
			}
		}

		private static DatabaseInstance instance(ConfiguredAddress address, int weight) {
			return new DatabaseInstance(address.address().toString(), address.address(), weight,
					address.driverProperties());
		}

		private <T> @Nullable T collect(Supplier<T> reading) {
			try {
				return reading.get();
			}
			catch (InvalidRdsConfigurationException ex) {
				this.problems.addAll(ex.getProblems());
				return null;
			}
		}

		private void problem(String key, @Nullable String value, String description, String action) {
			this.problems.add(new ConfigurationProblem(key, value, description, action));
		}

		private static boolean isBlank(@Nullable String value) {
			return value == null || value.isBlank();
		}

	}

}
