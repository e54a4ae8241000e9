package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.cluster.RdsProperties.Reader;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.SecretContents;
import io.rdsboot.autoconfigure.credentials.SecretLookup;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * One pass through the configuration of a cluster that collects the problems on its way.
 */
final class ConfiguredClusterFactory {

	private final RdsProperties properties;

	private final @Nullable RdsConnectionDetails details;

	private final TlsPropertiesMapper tlsMapper;

	private final SecretLookup secretLookup;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	private final Map<InstanceAddress, InstanceAddress> signingAddresses = new HashMap<>();

	private InstancePlacement placement = InstancePlacement.NONE;

	/**
	 * Create a pass.
	 * @param properties the properties
	 * @param details take precedence over the properties, if there are any
	 * @param tlsMapper reads the settings of TLS
	 * @param secretLookup asked where the configuration lacks an address or the database
	 */
	ConfiguredClusterFactory(RdsProperties properties, @Nullable RdsConnectionDetails details,
			TlsPropertiesMapper tlsMapper, SecretLookup secretLookup) {
		this.properties = properties;
		this.details = details;
		this.tlsMapper = tlsMapper;
		this.secretLookup = secretLookup;
	}

	/**
	 * Read the configuration.
	 * @param credentialsMapper reads the credentials, or {@code null} where a provider of
	 * the user's own stands for them
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if there
	 * is no cluster in it; names every problem
	 */
	ConfiguredCluster read(@Nullable CredentialsPropertiesMapper credentialsMapper) {
		ConfigurationProblems ofCredentials = new ConfigurationProblems();
		ConfiguredCredentials credentials = (credentialsMapper != null)
				? credentialsMapper.read(this.details, ofCredentials) : null;
		SecretContents secrets = (ofCredentials.isEmpty() && credentials instanceof ConfiguredCredentials.Secrets ids)
				? new SecretContents(ids, this.secretLookup) : null;
		ConfiguredAddress writer = writerAddress(secrets);
		String database = database(writer, secrets);
		List<DatabaseInstance> readers = readers(secrets, database);
		addGroups(readers, database);
		this.problems.addAll(ofCredentials);
		rejectDuplicates(writer, readers);
		TlsSettings tls = this.tlsMapper.read(this.details, addresses(writer, readers), credentials, this.problems);
		this.problems.throwIfAny();
		DatabaseInstance writerInstance = instance(Objects.requireNonNull(writer).address(), writer, 1);
		if (credentials instanceof ConfiguredCredentials.Iam iam && iam.signingAddress() != null) {
			this.signingAddresses.put(writerInstance.address(), iam.signingAddress());
		}
		return new ConfiguredCluster(writerInstance, readers, this.placement, Objects.requireNonNull(database),
				credentials, Map.copyOf(this.signingAddresses), tls);
	}

	private @Nullable ConfiguredAddress writerAddress(@Nullable SecretContents secrets) {
		String writer = (this.details != null) ? this.details.getWriter() : this.properties.getWriter();
		if (StringUtils.hasText(writer)) {
			return parse("rds.writer", writer);
		}
		if (secrets != null) {
			return secrets.writer(this.problems);
		}
		boolean readers = !this.properties.getReaders().isEmpty();
		this.problems.add("rds.writer", null,
				readers ? "Readers are configured, but no writer." : "No writer is configured.",
				"Set rds.writer to the address of the writer, for Aurora the cluster endpoint.");
		return null;
	}

	private List<DatabaseInstance> readers(@Nullable SecretContents secrets, @Nullable String database) {
		List<DatabaseInstance> readers = new ArrayList<>();
		if (this.details != null) {
			this.details.getReaders()
				.forEach((address) -> addReader(readers, "rds.readers", Reader.valueOf(address), database));
		}
		else if (secrets != null && this.properties.getReaders().isEmpty()) {
			ConfiguredAddress ofSecret = secrets.reader(this.problems);
			if (ofSecret != null) {
				readers.add(instance(ofSecret.address(), ofSecret, 1));
			}
		}
		else {
			int index = 0;
			for (Reader reader : this.properties.getReaders()) {
				addReader(readers, "rds.readers[" + index++ + "]", reader, database);
			}
		}
		return readers;
	}

	/**
	 * Adds the readers of groups. Where connection details take the place of all
	 * addresses, as in tests, the names of the groups stay valid.
	 */
	private void addGroups(List<DatabaseInstance> readers, @Nullable String database) {
		Map<String, List<Reader>> groups = this.properties.getReaderGroups();
		if (this.details != null) {
			this.placement = new InstancePlacement(null, Map.of(), Map.of(), groups.keySet());
			return;
		}
		groups.forEach((name, members) -> {
			String key = "rds.reader-groups." + name;
			List<DatabaseInstance> added = new ArrayList<>();
			if (members.isEmpty()) {
				this.problems.add(key, null, "The group has no readers.", "Set an address, or remove the group.");
			}
			int index = 0;
			for (Reader member : members) {
				addReader(added, key + "[" + index++ + "]", member, database);
			}
			this.placement = this.placement.withGroup(name,
					added.stream().map(DatabaseInstance::address).collect(Collectors.toSet()));
			readers.addAll(added);
		});
	}

	private void addReader(List<DatabaseInstance> readers, String key, Reader reader, @Nullable String database) {
		String address = reader.getAddress();
		if (!StringUtils.hasText(address)) {
			this.problems.add(key, address, "The reader has no address.", "Set an address, or remove the entry.");
			return;
		}
		if (reader.getWeight() < 1) {
			this.problems.add(key + ".weight", String.valueOf(reader.getWeight()), "A weight is at least 1.",
					"Set " + key + ".weight to 1 or more, or remove the reader.");
			return;
		}
		ConfiguredAddress parsed = parse(key, address);
		if (parsed != null) {
			InstanceAddress own = ownAddress(parsed, database);
			addSigningAddress(key + ".signing-address", own, reader.getSigningAddress());
			if (StringUtils.hasText(reader.getZone())) {
				this.placement = this.placement.withZone(own, reader.getZone().strip());
			}
			readers.add(instance(own, parsed, reader.getWeight()));
		}
	}

	private @Nullable ConfiguredAddress parse(String key, String text) {
		ConfiguredAddress address = this.problems.collect(() -> ConfiguredAddress.parse(key, text));
		if (address != null) {
			this.tlsMapper.requireVerification(key, this.details, address, this.problems);
		}
		return address;
	}

	private void addSigningAddress(String key, InstanceAddress address, @Nullable String signingAddress) {
		if (StringUtils.hasText(signingAddress)) {
			InstanceAddress parsed = this.problems
				.collect(() -> ConfiguredAddress.parseSigningAddress(key, signingAddress));
			if (parsed != null) {
				this.signingAddresses.put(address, parsed);
			}
		}
	}

	private @Nullable String database(@Nullable ConfiguredAddress writer, @Nullable SecretContents secrets) {
		String ofUrl = (writer != null) ? writer.database() : null;
		String ofDetails = (this.details != null) ? this.details.getDatabase() : null;
		if (StringUtils.hasText(ofDetails)) {
			return ofDetails;
		}
		String configured = this.properties.getDatabase();
		if (!StringUtils.hasText(configured)) {
			String found = (ofUrl == null && writer != null && secrets != null) ? secrets.database() : ofUrl;
			if (found == null && writer != null) {
				this.problems.add("rds.database", null,
						(secrets != null) ? "No database is configured, and the secret names none."
								: "No database is configured.",
						"Set rds.database, or name the database in the URL of rds.writer.");
			}
			return found;
		}
		if (this.details == null && ofUrl != null && !ofUrl.equals(configured)) {
			this.problems.add("rds.database", configured,
					"The URL of rds.writer names another database ('" + ofUrl + "').",
					"Name the database in one of the two places.");
		}
		return (this.details != null && ofUrl != null) ? ofUrl : configured;
	}

	private void rejectDuplicates(@Nullable ConfiguredAddress writer, List<DatabaseInstance> readers) {
		List<InstanceAddress> seen = new ArrayList<>();
		for (InstanceAddress address : addresses(writer, readers)) {
			if (seen.contains(address)) {
				this.problems.add("rds.readers", address.toString(),
						"The address stands in rds.writer, rds.readers and rds.reader-groups twice.",
						"Name each address once: a reader of a group serves only the reads of that group.");
			}
			seen.add(address);
		}
	}

	private static List<InstanceAddress> addresses(@Nullable ConfiguredAddress writer, List<DatabaseInstance> readers) {
		return Stream
			.concat(Stream.ofNullable(writer).map(ConfiguredAddress::address),
					readers.stream().map(DatabaseInstance::address))
			.toList();
	}

	/**
	 * A reader has the writer's databases. Another name than the cluster's is what a
	 * pooler knows it by.
	 */
	private static InstanceAddress ownAddress(ConfiguredAddress reader, @Nullable String database) {
		return (reader.database() == null || reader.database().equals(database)) ? reader.address()
				: reader.address().withDatabase(reader.database());
	}

	private static DatabaseInstance instance(InstanceAddress address, ConfiguredAddress configured, int weight) {
		return new DatabaseInstance(address.toString(), address, weight, configured.driverProperties(), null);
	}

}
