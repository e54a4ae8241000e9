package io.rdsboot.test;

import java.util.Objects;
import java.util.function.Consumer;

import io.rdsboot.test.aws.AwsAccount;
import io.rdsboot.test.aws.AwsNames;
import io.rdsboot.test.aws.ConnectTokens;
import io.rdsboot.test.gateway.Logins;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.AdminClient;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of and beside the servers of a cluster: its addresses, and the
 * services of AWS.
 */
final class ClusterServices implements AutoCloseable {

	private static final String REGION = "us-east-1";

	private volatile Addresses addresses;

	private final @Nullable LocalAws aws;

	private final @Nullable LocalRdsSecret secret;

	private ClusterServices(Addresses addresses, @Nullable LocalAws aws, @Nullable LocalRdsSecret secret) {
		this.addresses = addresses;
		this.aws = aws;
		this.secret = secret;
	}

	/**
	 * Starts what was asked for.
	 * @param cluster the cluster, whose servers run
	 * @param settings what was asked for
	 * @param addressSettings what was asked of the addresses
	 * @param client the administrator's connections
	 * @param logins logins of the application's role and the administrator
	 * @param changed told of each role that has another password
	 * @return the services
	 */
	static ClusterServices start(LocalRdsCluster cluster, ClusterSettings settings, AddressSettings addressSettings,
			AdminClient client, ClusterLogins logins, Consumer<Login> changed) {
		LocalRdsClock clock = cluster.clock();
		AwsAccount account = new AwsAccount(REGION, AwsNames.newAccessKey(), addressSettings.iam());
		IamRolePasswords passwords = new IamRolePasswords(client, cluster);
		if (addressSettings.iam()) {
			passwords.add(logins.application());
		}
		Addresses addresses = new Addresses(cluster, settings, addressSettings.host(),
				new ServerCertificates(addressSettings.hostNames(), clock.instant()),
				new Logins(new ConnectTokens(account, clock::age), passwords));
		SecretSettings secretSettings = settings.secret();
		if (secretSettings == null && !addressSettings.iam()) {
			return new ClusterServices(addresses, null, null);
		}
		LocalAws aws = new LocalAws(account, clock, clock::age,
				new ClusterDescription(cluster, addresses, account, engineVersion(client, cluster)));
		if (secretSettings == null) {
			return new ClusterServices(addresses, aws, null);
		}
		LocalRdsAddress writer = addresses.writer();
		LocalRdsSecret secret = new ApplicationSecret(secretSettings, settings.database(), writer.host(), writer.port())
			.create(aws, logins.application(), logins.administrator(),
					new WriterRoles(client, cluster::writer, changed));
		return new ClusterServices(addresses, aws, secret);
	}

	/**
	 * Opens addresses for the green environment of a deployment, with logins and the
	 * authority of this one.
	 * @param green the environment
	 * @param settings its settings
	 * @return its services, without any of AWS
	 */
	ClusterServices green(LocalRdsCluster green, ClusterSettings settings) {
		return new ClusterServices(this.addresses.another(green, settings), null, null);
	}

	/**
	 * Takes over the addresses of another environment, in place of its own.
	 * @param others addresses that lead to this environment's servers
	 * @return its own, which lead there as well, and which the caller closes
	 */
	Addresses takeOver(Addresses others) {
		Addresses own = this.addresses;
		this.addresses = others;
		return own;
	}

	/** Without what a distribution adds to it, as in "17.2 (Debian 17.2-1)". */
	private static String engineVersion(AdminClient client, LocalRdsCluster cluster) {
		String version = Objects.requireNonNull(client.query(cluster.writer().server(), "SHOW server_version"));
		return version.split(" ", 2)[0];
	}

	Addresses addresses() {
		return this.addresses;
	}

	@Nullable LocalAws aws() {
		return this.aws;
	}

	@Nullable LocalRdsSecret secret() {
		return this.secret;
	}

	@Override
	public void close() {
		this.addresses.close();
		if (this.aws != null) {
			this.aws.close();
		}
	}

	/**
	 * The logins that a cluster has made up.
	 *
	 * @param application login of the application's role
	 * @param administrator login of the superuser
	 */
	record ClusterLogins(Login application, Login administrator) {
	}

}
