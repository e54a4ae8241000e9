package io.rdsboot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import io.rdsboot.autoconfigure.aws.AwsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.local.LocalAwsConnectionDetailsFactory;
import io.rdsboot.autoconfigure.local.LocalRdsConnectionDetailsFactory;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.Reads;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.RotationStep;
import io.rdsboot.test.RotationStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of applications that log in by token or with a secret, over verified TLS.
 */
class LoginTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, SslAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class));

	@Test
	void tokensOpenConnectionsAlsoAfterTheirTime() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().iam().start()) {
			connected(cluster).withPropertyValues("rds.credentials.type=iam").run((context) -> {
				writeAndRead(context);
				cluster.clock().advance(Duration.ofMinutes(16));
				connectAnew(context);
				writeAndRead(context);
			});
		}
	}

	@Test
	void tokenThatTheServerRefusesIsReplacedAtOnce() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().iam().start()) {
			AwsConnectionDetails details = Objects
				.requireNonNull(new LocalAwsConnectionDetailsFactory().getConnectionDetails(cluster));
			this.runner.withBean(RdsConnectionDetails.class, () -> rdsDetails(cluster))
				.withBean(AwsConnectionDetails.class, () -> new OnSystemClock(details))
				.withPropertyValues("rds.credentials.type=iam")
				.run((context) -> {
					writeAndRead(context);
					// The application does not see this, and takes its token for a fresh
					// one.
					cluster.clock().advance(Duration.ofMinutes(16));
					connectAnew(context);
				});
		}
	}

	@Test
	void tokensAreSignedForTheConfiguredAddresses() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().iam().start()) {
			String writer = cluster.writerAddress().host() + ":" + cluster.writerAddress().port();
			String alias = ((cluster.writerAddress().host().equals("localhost")) ? "127.0.0.1" : "localhost") + ":"
					+ cluster.writerAddress().port();
			this.runner
				.withBean(AwsConnectionDetails.class,
						() -> Objects
							.requireNonNull(new LocalAwsConnectionDetailsFactory().getConnectionDetails(cluster)))
				.withPropertyValues("rds.writer=" + alias, "rds.database=" + cluster.database(),
						"rds.credentials.type=iam", "rds.credentials.username=" + cluster.username(),
						"rds.tls.mode=require", "rds.credentials.iam.signing-address=" + writer)
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@ParameterizedTest
	@EnumSource
	void secretOpensConnectionsAtEachStepOfARotation(RotationStrategy strategy) {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().secretsManager(strategy).start()) {
			connected(cluster).withPropertyValues("rds.credentials.type=secrets-manager").run((context) -> {
				writeAndRead(context);
				for (int i = 0; i < 2; i++) {
					for (RotationStep step : RotationStep.values()) {
						cluster.secret().rotate(step);
						connectAnew(context);
					}
				}
				writeAndRead(context);
			});
		}
	}

	@Test
	void addressAndDatabaseComeFromTheSecretAndTrustFromAFile(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).secretsManager().start()) {
			Path authority = Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
			this.runner
				.withPropertyValues("rds.credentials.type=secrets-manager",
						"rds.credentials.secrets-manager.secret-id=" + cluster.secret().arn(),
						"rds.tls.certificate-authorities=file:" + authority,
						"rds.aws.endpoint=" + cluster.aws().endpoint(), "rds.aws.region=" + cluster.aws().region())
				.withSystemProperties("aws.accessKeyId=" + cluster.aws().accessKeyId(),
						"aws.secretAccessKey=" + cluster.aws().secretAccessKey())
				.run((context) -> {
					writeAndRead(context);
					assertThat(context.getBean(ConfiguredCluster.class).writer().address().port())
						.isEqualTo(cluster.writerAddress().port());
				});
		}
	}

	@Test
	void bundleWhenReloadedVerifiesByItsNewAuthorities(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).tls().start();
				LocalRdsCluster other = LocalRdsCluster.builder().readers(0).tls().start()) {
			Path authority = Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
			this.runner
				.withPropertyValues(
						"rds.writer=" + cluster.writerAddress().host() + ":" + cluster.writerAddress().port(),
						"rds.database=" + cluster.database(), "rds.credentials.username=" + cluster.username(),
						"rds.credentials.password=" + cluster.password(), "rds.tls.bundle=database",
						"spring.ssl.bundle.pem.database.truststore.certificate=file:" + authority,
						"spring.ssl.bundle.pem.database.reload-on-update=true",
						"spring.ssl.bundle.watch.file.quiet-period=50ms")
				.run((context) -> {
					writeAndRead(context);
					Files.writeString(authority, other.certificateAuthority());
					await().atMost(LIMIT)
						.untilAsserted(() -> assertThatExceptionOfType(RuntimeException.class)
							.isThrownBy(() -> connectAnew(context)));
					Files.writeString(authority, cluster.certificateAuthority());
					await().atMost(LIMIT).untilAsserted(() -> connectAnew(context));
				});
		}
	}

	@Test
	void everyTypeRunsOnAClusterWithPasswords() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).tls().start()) {
			for (String type : List.of("password", "iam", "secrets-manager")) {
				connected(cluster).withPropertyValues("rds.credentials.type=" + type).run(LoginTests::writeAndRead);
			}
		}
	}

	private ApplicationContextRunner connected(LocalRdsCluster cluster) {
		AwsConnectionDetails aws = new LocalAwsConnectionDetailsFactory().getConnectionDetails(cluster);
		ApplicationContextRunner connected = this.runner.withBean(RdsConnectionDetails.class,
				() -> rdsDetails(cluster));
		return (aws != null) ? connected.withBean(AwsConnectionDetails.class, () -> aws) : connected;
	}

	private static RdsConnectionDetails rdsDetails(LocalRdsCluster cluster) {
		return new LocalRdsConnectionDetailsFactory().getConnectionDetails(cluster);
	}

	private static void writeAndRead(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		jdbc.execute("CREATE TABLE IF NOT EXISTS written (id integer)");
		TransactionTemplate readOnly = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		readOnly.setReadOnly(true);
		boolean readers = !context.getBean(ConfiguredCluster.class).readers().isEmpty();
		// A unit of work of its own need not see what was written before.
		Boolean replica = Reads.inUnitOfWork(
				() -> readOnly.execute((status) -> jdbc.queryForObject("SELECT pg_is_in_recovery()", Boolean.class)));
		assertThat(replica).isEqualTo(readers);
	}

	/**
	 * Opens a connection to each instance that no pool has opened before.
	 */
	private static void connectAnew(AssertableApplicationContext context) {
		InstancePools pools = context.getBean(InstancePools.class);
		context.getBean(TopologyProvider.class).topology().instances().forEach(pools::verify);
	}

	/**
	 * Details of a cluster whose clock the application does not know.
	 */
	private record OnSystemClock(AwsConnectionDetails details) implements AwsConnectionDetails {

		@Override
		public String getRegion() {
			return Objects.requireNonNull(this.details.getRegion());
		}

		@Override
		public String getAccessKeyId() {
			return Objects.requireNonNull(this.details.getAccessKeyId());
		}

		@Override
		public String getSecretAccessKey() {
			return Objects.requireNonNull(this.details.getSecretAccessKey());
		}

		@Override
		public InstantSource getClock() {
			return InstantSource.system();
		}

	}

}
