package io.rdsboot.autoconfigure.topology;

import java.util.List;
import java.util.Set;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.cluster.discovery.GlobalDatabaseDiscovery;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsAlias;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsTopologyConfiguration} and {@link GlobalDatabasePropertiesMapper}
 * for a database in two regions.
 */
class GlobalDatabaseConfigurationTests {

	private static final String PREFIX = "rds.global-database.";

	private static final String US = PREFIX + "endpoints.us-east-1=app.cluster-abc123.us-east-1.rds.amazonaws.com";

	private static final String EU = PREFIX + "endpoints.eu-west-1=app.cluster-def456.eu-west-1.rds.amazonaws.com";

	private final ApplicationContextRunner plain = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(RdsDataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.plain.withPropertyValues(
			"rds.writer=app.global-abc123.global.rds.amazonaws.com", "rds.database=app", "rds.credentials.username=app",
			"rds.credentials.password=secret", "rds.pool.fail-fast=false");

	private final ApplicationContextRunner global = this.runner.withPropertyValues(US, EU);

	@Test
	void discoveryIsThatOfAGlobalDatabaseWhereItHasEndpoints() {
		this.global.withPropertyValues(PREFIX + "region=eu-west-1")
			.run((context) -> assertThat(context).hasSingleBean(GlobalDatabaseDiscovery.class));
		this.global.withPropertyValues("rds.aws.region=eu-west-1")
			.run((context) -> assertThat(context).hasSingleBean(GlobalDatabaseDiscovery.class));
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(GlobalDatabaseDiscovery.class));
	}

	@Test
	void tokenIsSignedForTheRegionOfItsAddress() {
		this.global
			.withPropertyValues("rds.credentials.password=", "rds.credentials.type=iam", "rds.aws.region=us-east-1")
			.withBean(AwsCredentialsProvider.class, AnonymousCredentialsProvider::create)
			.run((context) -> {
				IamCredentialsProvider provider = (IamCredentialsProvider) context
					.getBean(DatabaseCredentialsProvider.class);
				InstanceAddress alias = InstanceAddress.parse("app-1.db.example.com");
				context.getBean(AddressRegions.class).put(alias, "eu-west-1");
				assertThat(provider.signingRegion(alias)).isEqualTo(Region.EU_WEST_1);
				assertThat(provider.signingRegion(InstanceAddress.parse("app-1.def456.eu-west-1.rds.amazonaws.com")))
					.isEqualTo(Region.EU_WEST_1);
				assertThat(provider.signingRegion(InstanceAddress.parse("other.example.com")))
					.isEqualTo(Region.US_EAST_1);
			});
	}

	@Test
	void poolOfARemoteReaderKeepsOneConnectionUnlessItServes() {
		ApplicationContextRunner pools = this.global.withPropertyValues(PREFIX + "region=eu-west-1",
				"rds.pool.minimum-idle=7");
		pools.run((context) -> {
			assertThat(minimumIdle(context, "us-east-1", InstanceRole.READER)).isEqualTo(1);
			assertThat(minimumIdle(context, "us-east-1", InstanceRole.WRITER)).isEqualTo(7);
			assertThat(minimumIdle(context, "eu-west-1", InstanceRole.READER)).isEqualTo(7);
		});
		pools.withPropertyValues(PREFIX + "remote-readers=true")
			.run((context) -> assertThat(minimumIdle(context, "us-east-1", InstanceRole.READER)).isEqualTo(7));
		pools.withPropertyValues("rds.pool.minimum-idle=0")
			.run((context) -> assertThat(minimumIdle(context, "us-east-1", InstanceRole.READER)).isZero());
	}

	private static int minimumIdle(ApplicationContext context, String region, InstanceRole role) {
		HikariConfig config = new HikariConfig();
		DatabaseInstance instance = DatabaseInstance
			.at(InstanceAddress.parse("app-1.abc123." + region + ".rds.amazonaws.com"));
		context.getBeanProvider(HikariPoolCustomizer.class)
			.orderedStream()
			.forEach((customizer) -> customizer.customize(config, instance, role));
		return config.getMinimumIdle();
	}

	@Test
	void mistakesAreNamed() {
		assertThat(StartupProblems.of(this.global.withPropertyValues(PREFIX + "region=mars-north-1")))
			.contains(PREFIX + "region = 'mars-north-1'", "us-east-1", "eu-west-1");
		ApplicationContextRunner own = this.global.withPropertyValues(PREFIX + "region=us-east-1");
		assertThat(StartupProblems.of(own.withPropertyValues(PREFIX + "endpoints.ap-south-1=db.example.com")))
			.contains(PREFIX + "instance-addresses.ap-south-1", "{id}");
		assertThat(StartupProblems
			.of(own.withPropertyValues(PREFIX + "endpoints.us-east-1=app.cluster-a.eu-west-1.rds.amazonaws.com")))
			.contains("The address is one of region eu-west-1");
		assertThat(StartupProblems.of(own.withPropertyValues(PREFIX + "instance-addresses.us-east-1=db.example.com")))
			.contains(PREFIX + "instance-addresses.us-east-1 = 'db.example.com'");
		assertThat(StartupProblems.of(own.withPropertyValues(PREFIX + "endpoints.us-east-1=db:port")))
			.contains(PREFIX + "endpoints.us-east-1 = 'db:port'");
		assertThat(StartupProblems.of(own.withPropertyValues("rds.topology.discovery=static",
				"rds.topology.enabled=false", "rds.topology.instance-address={id}.example.com")))
			.contains("rds.topology.discovery", "rds.topology.enabled", "rds.topology.instance-address");
		assertThat(StartupProblems.of(this.runner.withPropertyValues(PREFIX + "remote-readers=true")))
			.contains(PREFIX + "endpoints");
		assertThat(StartupProblems.of(this.global.withPropertyValues(PREFIX + "regin=us-east-1")))
			.contains(PREFIX + "region");
	}

	@Test
	void serviceReadsInItsRegionAndWritesWhereverTheWriterIs() {
		try (LocalGlobalDatabase database = LocalGlobalDatabase.builder()
			.region("us-east-1", 1)
			.region("eu-west-1", 1)
			.start()) {
			String own = database.cluster().aurora().serverId(database.instances("eu-west-1").get(0));
			String other = database.cluster().aurora().serverId(database.instances("us-east-1").get(0));
			this.plain
				.withPropertyValues("rds.writer=" + address(database.writerEndpoint()),
						"rds.database=" + database.cluster().database(),
						"rds.credentials.username=" + database.cluster().username(),
						"rds.credentials.password=" + database.cluster().password(), PREFIX + "region=eu-west-1")
				.withPropertyValues(database.regions()
					.stream()
					.flatMap((region) -> List
						.of(PREFIX + "endpoints." + region + "=" + address(database.clusterEndpoint(region)),
								PREFIX + "instance-addresses." + region + "=" + database.instanceAddress())
						.stream())
					.toArray(String[]::new))
				.run((context) -> {
					JdbcTemplate jdbc = new JdbcTemplate(context.getBean(ReadWriteRoutingDataSource.class));
					TransactionTemplate reads = new TransactionTemplate(
							context.getBean(PlatformTransactionManager.class));
					reads.setReadOnly(true);
					Awaitility.await().until(() -> reads.execute((status) -> server(jdbc)), own::equals);
					assertThat(Set.of(server(jdbc))).containsExactly(other);
					database.switchover("eu-west-1");
					Awaitility.await().ignoreExceptions().until(() -> server(jdbc), own::equals);
				});
		}
	}

	private static String address(LocalRdsAlias alias) {
		return alias.host() + ":" + alias.port();
	}

	private static String server(JdbcTemplate jdbc) {
		return jdbc.queryForObject("SELECT aurora_db_instance_identifier()", String.class);
	}

}
