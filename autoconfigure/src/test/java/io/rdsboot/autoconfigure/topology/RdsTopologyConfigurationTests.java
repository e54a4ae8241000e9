package io.rdsboot.autoconfigure.topology;

import java.time.Duration;
import java.util.List;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.discovery.AuroraDiscovery;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.discovery.rdsapi.RdsApiDiscovery;
import io.rdsboot.cluster.watch.TopologyMonitor;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsTopologyConfiguration}.
 */
class RdsTopologyConfigurationTests {

	private static final String CLUSTER = "app.cluster-abc123.us-east-1.rds.amazonaws.com";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
		.withPropertyValues("rds.database=app", "rds.credentials.username=app", "rds.credentials.password=secret",
				"rds.pool.fail-fast=false", "rds.aws.region=us-east-1");

	private final ApplicationContextRunner onCluster = this.runner.withPropertyValues("rds.writer=" + CLUSTER);

	private final ApplicationContextRunner onAlias = this.runner.withPropertyValues("rds.writer=db.example.com");

	@Test
	void clusterIsWatchedByDefault() {
		this.onAlias.run((context) -> assertThat(context).hasSingleBean(TopologyMonitor.class)
			.hasSingleBean(TopologyProvider.class)
			.hasSingleBean(InstanceConnector.class));
	}

	@Test
	void clusterIsNotWatchedWhenSwitchedOff() {
		this.onAlias.withPropertyValues("rds.topology.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(StaticTopologyProvider.class)
				.doesNotHaveBean(TopologyMonitor.class)
				.doesNotHaveBean(InstanceConnector.class));
	}

	@Test
	void topologyOfTheUserWins() {
		ManualTopology own = new ManualTopology();
		this.onAlias.withBean(TopologyProvider.class, () -> own)
			.run((context) -> assertThat(context).hasSingleBean(TopologyProvider.class)
				.doesNotHaveBean(TopologyMonitor.class));
	}

	@Test
	void discoveryOfTheUserWins() {
		InstanceDiscovery own = new ConfiguredDiscovery(List
			.of(new InstanceState(DatabaseInstance.at(InstanceAddress.parse("own")), InstanceRole.WRITER, true)));
		this.onAlias.withBean(InstanceDiscovery.class, () -> own)
			.run((context) -> assertThat(context.getBean(TopologyProvider.class).topology().instances())
				.extracting(InstanceState::instance)
				.containsExactly(own.initial().get(0).instance()));
	}

	@Test
	void discoveryIsTheConfiguredOne() {
		this.onCluster.withPropertyValues("rds.topology.discovery=static")
			.run((context) -> assertThat(context).hasSingleBean(ConfiguredDiscovery.class));
		this.onCluster.withPropertyValues("rds.topology.discovery=aurora")
			.run((context) -> assertThat(context).hasSingleBean(AuroraDiscovery.class));
		this.onCluster.withPropertyValues("rds.topology.discovery=rds-api")
			.run((context) -> assertThat(context).hasSingleBean(RdsApiDiscovery.class));
	}

	@Test
	void discoveryByTheApiWithoutItsLibraryNamesTheDependency() {
		assertThat(StartupProblems.of(this.onCluster.withPropertyValues("rds.topology.discovery=rds-api")
			.withClassLoader(new FilteredClassLoader(RdsClient.class)))).contains("rds.topology.discovery = 'rds-api'",
					"software.amazon.awssdk:rds", "Add the dependency io.rdsboot:rds-spring-boot-starter-aws");
	}

	@Test
	void discoveryThatTheAddressDoesNotTellSaysWhatIsMissing() {
		assertThat(StartupProblems.of(this.onAlias.withPropertyValues("rds.topology.discovery=aurora")))
			.contains("rds.topology.instance-address", "db.example.com:5432", "{id}");
		assertThat(StartupProblems.of(this.onAlias.withPropertyValues("rds.topology.discovery=rds-api")))
			.contains("rds.topology.cluster-identifier", "db.example.com:5432");
		this.onAlias
			.withPropertyValues("rds.topology.discovery=aurora", "rds.topology.instance-address={id}.example.com")
			.run((context) -> assertThat(context).hasSingleBean(AuroraDiscovery.class));
		for (String identifier : List.of("cluster", "instance")) {
			this.onAlias
				.withPropertyValues("rds.topology.discovery=rds-api",
						"rds.topology." + identifier + "-identifier=orders")
				.run((context) -> assertThat(context).hasSingleBean(RdsApiDiscovery.class));
		}
	}

	@Test
	void addressOfInstancesThatIsNoneIsRefused() {
		assertThat(StartupProblems.of(this.onAlias.withPropertyValues("rds.topology.instance-address=db.example.com")))
			.contains("rds.topology.instance-address = 'db.example.com'");
	}

	@Test
	void timesThatAreTooShortAreAllNamed() {
		assertThat(StartupProblems.of(this.onAlias.withPropertyValues("rds.topology.poll-interval=10ms",
				"rds.topology.timeout=0s", "rds.topology.discovery-interval=-1s", "rds.topology.idle-timeout=99ms",
				"rds.topology.reconnect-interval=999ms")))
			.contains("rds.topology.poll-interval = '10ms'", "rds.topology.timeout = '0ms'",
					"rds.topology.discovery-interval = '-1000ms'", "rds.topology.idle-timeout = '99ms'",
					"rds.topology.reconnect-interval = '999ms'",
					"Set rds.topology.reconnect-interval to 1000ms or more.",
					"Set rds.topology.poll-interval to 100ms or more.");
	}

	@Test
	void pollIntervalFollowsTheLagThatIsAllowed() {
		assertThat(pollInterval(null, null)).isEqualTo(Duration.ofSeconds(1));
		assertThat(pollInterval(null, Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(500));
		assertThat(pollInterval(null, Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(1));
		assertThat(pollInterval(null, Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(100));
		assertThat(pollInterval(Duration.ofSeconds(1), Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void pollIntervalThatCannotProveTheLagIsRefused() {
		assertThat(StartupProblems
			.of(this.onAlias.withPropertyValues("rds.topology.poll-interval=1s", "rds.routing.max-lag=1500ms")))
			.contains("rds.topology.poll-interval = '1000ms'", "1500ms (rds.routing.max-lag)");
	}

	private static Duration pollInterval(Duration configured, Duration maxLag) {
		RdsTopologyProperties properties = new RdsTopologyProperties();
		properties.setPollInterval(configured);
		return new TopologyPropertiesMapper(properties, DatabaseInstance.at(InstanceAddress.parse("w")), maxLag)
			.pollInterval();
	}

}
