package io.rdsboot.autoconfigure.failure;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a user reads whose IAM token, or password in its place, is refused by a
 * server that refuses as RDS does.
 */
@LocalRds(iam = true, readers = 0)
class TokenFailureTests {

	private static final String CLUSTER = "app.cluster-abc123.us-east-1.rds.amazonaws.com";

	private final LocalRdsCluster cluster;

	@TempDir
	private Path directory;

	TokenFailureTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@AfterEach
	void allow() {
		this.cluster.aws().allowConnect(this.cluster.username());
		this.cluster.aws().enableIamAuthentication();
	}

	@Test
	void analysisWhenConnectIsDenied() {
		this.cluster.aws().denyConnect("app");
		assertThat(application().read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: PAM authentication failed for \
				user "app"

				The server refused the IAM token of user 'app', signed for 'localhost:5432' in us-east-1. It does \
				not say why.

				Action:

				Check, in this order:

				    1. Where 'localhost:5432' is a tunnel to RDS: set rds.credentials.iam.signing-address to the \
				database's own address.

				    2. The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				           {
				             "Effect": "Allow",
				             "Action": "rds-db:connect",
				             "Resource": "arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app"
				           }

				       <account> and the principal are what the first command prints, <resource-id> is what the \
				second prints. Whether it is allowed, for a role:

				           aws sts get-caller-identity --query '[Account,Arn]' --output text
				           aws rds describe-db-clusters --db-cluster-identifier <cluster> --region us-east-1 \
				--query 'DBClusters[0].DbClusterResourceId' --output text
				           aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::<account>:role/<role> \
				--action-names rds-db:connect --resource-arns \
				arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app

				       <cluster> is what this prints:

				           aws rds describe-db-clusters --region us-east-1 --query \
				'DBClusters[].[DBClusterIdentifier,Endpoint]' --output table

				    3. IAM authentication is on for the cluster (True). How to see it, and how to switch it on:

				           aws rds describe-db-clusters --db-cluster-identifier <cluster> --region us-east-1 \
				--query 'DBClusters[0].IAMDatabaseAuthenticationEnabled' --output text
				           aws rds modify-db-cluster --db-cluster-identifier <cluster> --region us-east-1 \
				--enable-iam-database-authentication --apply-immediately

				    4. The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				           date -u

				    5. The database is not restarting: then it refuses tokens for a short while. Start again in a \
				minute.
				""");
	}

	@Test
	void analysisWhenIamIsOffIsThatOfADeniedConnect() {
		this.cluster.aws().denyConnect("app");
		String denied = application().read();
		this.cluster.aws().allowConnect("app");
		this.cluster.aws().disableIamAuthentication();
		assertThat(application().read()).isEqualTo(denied);
	}

	@Test
	void checksWhenRefusedByACluster() {
		this.cluster.aws().denyConnect("app");
		assertThat(checks(CLUSTER)).isEqualTo("""
				Check, in this order:

				    1. The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				           {
				             "Effect": "Allow",
				             "Action": "rds-db:connect",
				             "Resource": "arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app"
				           }

				       <account> and the principal are what the first command prints, <resource-id> is what the \
				second prints. Whether it is allowed, for a role:

				           aws sts get-caller-identity --query '[Account,Arn]' --output text
				           aws rds describe-db-clusters --db-cluster-identifier app --region us-east-1 --query \
				'DBClusters[0].DbClusterResourceId' --output text
				           aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::<account>:role/<role> \
				--action-names rds-db:connect --resource-arns \
				arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app

				    2. IAM authentication is on for the cluster (True). How to see it, and how to switch it on:

				           aws rds describe-db-clusters --db-cluster-identifier app --region us-east-1 --query \
				'DBClusters[0].IAMDatabaseAuthenticationEnabled' --output text
				           aws rds modify-db-cluster --db-cluster-identifier app --region us-east-1 \
				--enable-iam-database-authentication --apply-immediately

				    3. The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				           date -u

				    4. The database is not restarting: then it refuses tokens for a short while. Start again in a \
				minute.
				""");
	}

	@Test
	void checksWhenRefusedByAnInstance() {
		this.cluster.aws().denyConnect("app");
		assertThat(checks("db1.abc123.rds.cn-north-1.amazonaws.com.cn")).isEqualTo("""
				Check, in this order:

				    1. The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				           {
				             "Effect": "Allow",
				             "Action": "rds-db:connect",
				             "Resource": "arn:aws-cn:rds-db:cn-north-1:<account>:dbuser:<resource-id>/app"
				           }

				       <account> and the principal are what the first command prints, <resource-id> is what the \
				second prints (the DbClusterResourceId of its cluster, if it is one of Aurora's). Whether it is \
				allowed, for a role:

				           aws sts get-caller-identity --query '[Account,Arn]' --output text
				           aws rds describe-db-instances --db-instance-identifier db1 --region cn-north-1 --query \
				'DBInstances[0].DbiResourceId' --output text
				           aws iam simulate-principal-policy --policy-source-arn \
				arn:aws-cn:iam::<account>:role/<role> --action-names rds-db:connect --resource-arns \
				arn:aws-cn:rds-db:cn-north-1:<account>:dbuser:<resource-id>/app

				    2. IAM authentication is on for the instance (True). How to see it, and how to switch it on \
				(one of Aurora's has it from its cluster: modify-db-cluster):

				           aws rds describe-db-instances --db-instance-identifier db1 --region cn-north-1 --query \
				'DBInstances[0].IAMDatabaseAuthenticationEnabled' --output text
				           aws rds modify-db-instance --db-instance-identifier db1 --region cn-north-1 \
				--enable-iam-database-authentication --apply-immediately

				    3. The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				           date -u

				    4. The database is not restarting: then it refuses tokens for a short while. Start again in a \
				minute.
				""");
	}

	@Test
	void checksWhenRefusedByAProxy() {
		this.cluster.aws().denyConnect("app");
		assertThat(checks("pool.proxy-abc123.eu-west-1.rds.amazonaws.com")).isEqualTo("""
				Check, in this order:

				    1. The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				           {
				             "Effect": "Allow",
				             "Action": "rds-db:connect",
				             "Resource": "arn:aws:rds-db:eu-west-1:<account>:dbuser:<resource-id>/app"
				           }

				       <account> and the principal are what the first command prints, <resource-id> is the end of \
				what the second prints, such as prx-0123456789abcdef0. Whether it is allowed, for a role:

				           aws sts get-caller-identity --query '[Account,Arn]' --output text
				           aws rds describe-db-proxies --db-proxy-name pool --region eu-west-1 --query \
				'DBProxies[0].DBProxyArn' --output text
				           aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::<account>:role/<role> \
				--action-names rds-db:connect --resource-arns \
				arn:aws:rds-db:eu-west-1:<account>:dbuser:<resource-id>/app

				    2. The proxy demands IAM authentication (REQUIRED):

				           aws rds describe-db-proxies --db-proxy-name pool --region eu-west-1 --query \
				'DBProxies[0].Auth[].IAMAuth' --output text

				    3. The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				           date -u

				    4. The database is not restarting: then it refuses tokens for a short while. Start again in a \
				minute.
				""");
	}

	@Test
	void analysisWhenSignedForAnotherAddress() {
		assertThat(application().with("rds.credentials.iam.signing-address=" + CLUSTER).read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: PAM authentication failed for \
				user "app"

				The server refused the IAM token of user 'app', signed for \
				'app.cluster-abc123.us-east-1.rds.amazonaws.com:5432' in us-east-1 and sent to 'localhost:5432'. It \
				does not say why.

				Action:

				Check, in this order:

				    1. 'app.cluster-abc123.us-east-1.rds.amazonaws.com:5432' is the database's own address, at the \
				other end of 'localhost:5432'. If not, correct rds.credentials.iam.signing-address.

				    2. The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				           {
				             "Effect": "Allow",
				             "Action": "rds-db:connect",
				             "Resource": "arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app"
				           }

				       <account> and the principal are what the first command prints, <resource-id> is what the \
				second prints. Whether it is allowed, for a role:

				           aws sts get-caller-identity --query '[Account,Arn]' --output text
				           aws rds describe-db-clusters --db-cluster-identifier app --region us-east-1 --query \
				'DBClusters[0].DbClusterResourceId' --output text
				           aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::<account>:role/<role> \
				--action-names rds-db:connect --resource-arns \
				arn:aws:rds-db:us-east-1:<account>:dbuser:<resource-id>/app

				    3. IAM authentication is on for the cluster (True). How to see it, and how to switch it on:

				           aws rds describe-db-clusters --db-cluster-identifier app --region us-east-1 --query \
				'DBClusters[0].IAMDatabaseAuthenticationEnabled' --output text
				           aws rds modify-db-cluster --db-cluster-identifier app --region us-east-1 \
				--enable-iam-database-authentication --apply-immediately

				    4. The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				           date -u

				    5. The database is not restarting: then it refuses tokens for a short while. Start again in a \
				minute.
				""");
	}

	@Test
	void analysisWhenSignedForAnotherAddressThanThatOfRds() {
		assertThat(text(application().with("rds.credentials.iam.signing-address=" + CLUSTER).failure(),
				"db1.abc123.us-east-1.rds.amazonaws.com"))
			.isEqualTo("""
					The IAM token was signed for 'app.cluster-abc123.us-east-1.rds.amazonaws.com:5432', and sent to \
					'db1.abc123.us-east-1.rds.amazonaws.com:5432': a token is accepted only where it was signed for.

					Action:

					Remove rds.credentials.iam.signing-address, or set it to \
					'db1.abc123.us-east-1.rds.amazonaws.com:5432'.
					""");
	}

	@Test
	void analysisWhenSignedForAnotherRegion() {
		assertThat(
				application().with("rds.credentials.iam.signing-address=" + CLUSTER, "rds.aws.region=eu-west-1").read())
			.isEqualTo(
					"""
							Cannot connect to database 'app' on the writer localhost:5432: FATAL: PAM authentication failed for \
							user "app"

							The IAM token was signed for the region eu-west-1, and \
							'app.cluster-abc123.us-east-1.rds.amazonaws.com' is in us-east-1.

							Action:

							Set rds.aws.region=us-east-1, or remove rds.aws.region: the host name tells the region.
							""");
	}

	@Test
	void analysisWhenSignedForAnAlias() {
		assertThat(application().with("rds.credentials.iam.signing-address=db.example.com").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: PAM authentication failed for \
				user "app"

				The IAM token was signed for 'db.example.com:5432', which is not a name of RDS: RDS accepts tokens \
				for its own names only.

				Action:

				Set rds.credentials.iam.signing-address to the address that RDS gave the database. What an alias \
				leads to:

				    dig +short CNAME db.example.com
				""");
	}

	@Test
	void analysisWhenRoleIsNotInRdsIam() throws SQLException {
		execute("CREATE ROLE plain LOGIN PASSWORD 'secret'");
		assertThat(application().with("rds.credentials.username=plain").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: password authentication \
				failed for user "plain"

				The role "plain" is not in rds_iam, or there is no such role: the server took the IAM token for a \
				password.

				Action:

				Let the role log in with tokens, as an administrator of the database:

				    CREATE ROLE "plain" LOGIN;    -- if there is none
				    GRANT rds_iam TO "plain";
				""");
	}

	@Test
	void analysisWhenRoleIsInRdsIamAndComesWithAPassword() {
		assertThat(password("app").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: PAM authentication failed for \
				user "app"

				The role "app" is in rds_iam, so it logs in with tokens only.

				Action:

				Set rds.credentials.type=iam, or let the role log in with its password again, as an administrator \
				of the database:

				    REVOKE rds_iam FROM "app";
				""");
	}

	@Test
	void analysisWhenRoleMayNotLogIn() throws SQLException {
		execute("CREATE ROLE nologin PASSWORD 'secret'");
		assertThat(password("nologin").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: role "nologin" is not \
				permitted to log in

				The role "nologin" may not log in.

				Action:

				Allow it, as an administrator of the database, or correct rds.credentials.username:

				    ALTER ROLE "nologin" LOGIN;
				""");
	}

	@Test
	void analysisWhenServerOffersNoTls() {
		assertThat(application().with("rds.writer=localhost:" + this.cluster.writer().port()).read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server localhost:5432 does not \
				offer TLS, which sslmode 'verify-full' insists on

				Action:

				Check, in this order:

				    1. rds.writer = 'localhost:5432' leads to the database itself. RDS always offers TLS; a \
				connection pooler or a tunnel that speaks PostgreSQL may not.

				    2. A server that is not RDS: it takes no IAM tokens. Set rds.credentials.type=password.
				""");
	}

	@Test
	void analysisWhenTlsIsSwitchedOff() {
		assertThat(application()
			.with("rds.tls.mode=", "rds.tls.certificate-authorities=",
					"rds.pool.data-source-properties.sslmode=disable")
			.read()).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432: The token of user 'app' is not sent \
					to localhost:5432 unencrypted: remove sslmode 'disable', or log in with a password

					Action:

					Remove what says 'disable': rds.tls.mode, or sslmode in the address or in \
					rds.pool.data-source-properties.
					""");
	}

	/**
	 * Return the checks after a refusal by a server that has a name of RDS: one that has
	 * refused a token signed for that name is taken to have it.
	 */
	private String checks(String host) {
		String region = RdsHostName.parse(host).orElseThrow().region().orElseThrow();
		Throwable failure = application()
			.with("rds.credentials.iam.signing-address=" + host, "rds.aws.region=" + region)
			.failure();
		return diagnosis(failure, host).action() + "\n";
	}

	private static String text(Throwable failure, String host) {
		Diagnosis diagnosis = diagnosis(failure, host);
		return diagnosis.reason() + "\n\nAction:\n\n" + diagnosis.action() + "\n";
	}

	private static Diagnosis diagnosis(Throwable failure, String host) {
		return ConnectionDiagnostics
			.diagnose(new ConnectionFailure(failure, InstanceAddress.parse(host), "rds.writer", new MockEnvironment()));
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private Application password(String username) {
		return application().with("rds.credentials.type=password", "rds.credentials.username=" + username,
				"rds.credentials.password=secret");
	}

	private Application application() {
		return Application.at(this.cluster, this.directory)
			.withAws(this.cluster)
			.with("rds.credentials.type=iam", "rds.credentials.username=app");
	}

}
