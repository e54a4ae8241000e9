package io.rdsboot.test;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.rdsboot.test.server.NativeServer;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a {@link LocalBlueGreen}. Not thread-safe.
 */
public final class LocalBlueGreenBuilder {

	/** What RDS adds to the names of the former blue environment. */
	private static final String FORMER = "-old1";

	/** Where named hosts of green are. */
	private static final String GREEN_HOST = "127.0.0.2";

	private final LocalRdsCluster blue;

	private boolean grants = true;

	private boolean detachesBlue;

	private @Nullable UnaryOperator<String> blueNames;

	private @Nullable UnaryOperator<String> greenNames;

	LocalBlueGreenBuilder(LocalRdsCluster blue) {
		this.blue = blue;
	}

	/**
	 * Does not let the application's role call {@code rds_tools.show_topology}, as it may
	 * not on RDS until somebody grants it. Aurora's function needs no grant.
	 * @return this builder
	 */
	public LocalBlueGreenBuilder withoutGrants() {
		this.grants = false;
		return this;
	}

	/**
	 * Lets blue's servers tell of {@code SWITCHOVER_IN_PROGRESS} for ever, once they are
	 * cut off from the deployment. Green's tell of all phases.
	 * @return this builder
	 */
	public LocalBlueGreenBuilder detachBlue() {
		this.detachesBlue = true;
		return this;
	}

	/**
	 * Names hosts as RDS does. The names are told of by the servers and are in the
	 * certificates; clients must resolve them themselves, for example with
	 * {@code -Djdk.net.hosts.file}: those of blue to 127.0.0.1, and those of green to
	 * 127.0.0.2, where its addresses are then.
	 * @param blue from an address's {@linkplain LocalRdsAddress#name() name} to the host
	 * name that it has in the blue environment, such as
	 * {@code app.abc123.us-east-1.rds.amazonaws.com} for {@code writer}
	 * @param green likewise for the green environment, such as
	 * {@code app-green-x1y2z3.abc123.us-east-1.rds.amazonaws.com}
	 * @return this builder
	 */
	public LocalBlueGreenBuilder hostNames(UnaryOperator<String> blue, UnaryOperator<String> green) {
		this.blueNames = blue;
		this.greenNames = green;
		return this;
	}

	/**
	 * Starts green, copies the schema and all rows of blue's database, and returns when
	 * changes follow.
	 * @return the deployment, whose status is {@code AVAILABLE}
	 * @throws IllegalStateException when blue has no addresses, or its {@code wal_level}
	 * is not {@code logical}
	 * @throws io.rdsboot.test.process.LocalRdsException when PostgreSQL runs in Docker,
	 * or green does not start or does not get the data
	 */
	public LocalBlueGreen start() {
		Addresses addresses = this.blue.services().addresses();
		String walLevel = this.blue.client().query(this.blue.writer().server(), "SHOW wal_level");
		if (!"logical".equals(walLevel)) {
			throw new IllegalStateException(
					"blueGreen() needs wal_level logical, and %s has '%s': leave parameter(\"wal_level\", ...) out"
						.formatted(this.blue.writer(), walLevel));
		}
		if (this.blueNames != null) {
			addresses.renewCertificates(certificateHosts(this.blue, this.blueNames));
		}
		LocalRdsCluster green = LocalRdsCluster.startGreen(greenSettings(), this.blue);
		BlueGreenReplication replication = new BlueGreenReplication(this.blue, green);
		try {
			replication.identifyRows();
			new DatabaseCopy(this.blue, green).run();
			replication.start();
			new WriteFence(green).close();
			green.awaitReplication();
			return new LocalBlueGreen(this.blue, green, this, replication);
		}
		catch (RuntimeException ex) {
			green.close();
			replication.leaveBlue();
			throw ex;
		}
	}

	/**
	 * Extensions, and the right to create them, come with the copy of the database.
	 */
	private ClusterSettings greenSettings() {
		ClusterSettings settings = this.blue.settings();
		AddressSettings addresses = settings.addresses();
		boolean iam = addresses != null && addresses.iam();
		return new ClusterSettings(settings.postgres(), this.blue.readers().size(), settings.database(),
				settings.username(), settings.replicationLag(), settings.parameters(), List.of(), List.of(),
				settings.distinctHosts(), settings.aurora(), settings.secret(),
				new AddressSettings(iam, certificateHosts(this.blue, this.greenNames),
						(this.greenNames != null) ? GREEN_HOST : NativeServer.HOST));
	}

	/**
	 * Names that the certificates of an environment have beyond those of loopback.
	 * @param cluster a cluster with the environment's addresses
	 * @param names names of its hosts, or {@code null} for those of the addresses
	 * @return the names that blue was built with, and these
	 */
	List<String> certificateHosts(LocalRdsCluster cluster, @Nullable UnaryOperator<String> names) {
		AddressSettings addresses = this.blue.settings().addresses();
		Set<String> hosts = new LinkedHashSet<>((addresses != null) ? addresses.hostNames() : List.of());
		if (names != null) {
			Stream
				.concat(Stream.of("writer", "reader", "proxy"),
						cluster.instances().stream().map(LocalRdsInstance::name))
				.map(names)
				.forEach(hosts::add);
		}
		return List.copyOf(hosts);
	}

	static String hostName(LocalRdsAddress address, @Nullable UnaryOperator<String> names) {
		return (names != null) ? names.apply(address.name()) : address.host();
	}

	static String formerName(String host) {
		int dot = host.indexOf('.');
		return (dot < 0) ? host + FORMER : host.substring(0, dot) + FORMER + host.substring(dot);
	}

	boolean grants() {
		return this.grants;
	}

	boolean detachesBlue() {
		return this.detachesBlue;
	}

	@Nullable UnaryOperator<String> blueNames() {
		return this.blueNames;
	}

	@Nullable UnaryOperator<String> greenNames() {
		return this.greenNames;
	}

}
