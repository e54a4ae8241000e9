package io.rdsboot.autoconfigure.routing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.actuate.RdsEndpoint;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsEndpointAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsMetricsAutoConfiguration;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.routing.Reads;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of groups of readers and of availability zones from {@code rds.*}, on a writer
 * with three readers.
 */
@LocalRds(readers = 3)
@ExtendWith(OutputCaptureExtension.class)
class ReaderGroupConfigurationTests {

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner runner;

	ReaderGroupConfigurationTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					RdsEndpointAutoConfiguration.class, RdsMetricsAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("management.endpoints.web.exposure.include=rds",
					"rds.writer=" + address(cluster.writer()), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password());
	}

	@Test
	void groupsServeTheirReadsAndAreShown() {
		this.runner
			.withPropertyValues("rds.readers=" + address(reader(0)),
					"rds.reader-groups.reports=" + address(reader(1)) + "," + address(reader(2)))
			.run((context) -> {
				assertThat(ports(context)).containsExactly(reader(0).port());
				assertThat(Reads.from("reports", () -> ports(context))).containsExactlyInAnyOrder(reader(1).port(),
						reader(2).port());
				List<RdsEndpoint.Instance> shown = context.getBean(RdsEndpoint.class).cluster().instances();
				assertThat(shown).extracting(RdsEndpoint.Instance::groups)
					.containsExactlyInAnyOrder(Set.of(), Set.of(), Set.of("reports"), Set.of("reports"));
			});
	}

	@Test
	void readersOfTheOwnZoneServeAndTheReasonIsCounted(CapturedOutput output) {
		this.runner
			.withPropertyValues("rds.readers[0].address=" + address(reader(0)), "rds.readers[0].zone=us-east-1a",
					"rds.readers[1].address=" + address(reader(1)), "rds.readers[1].zone=us-east-1b",
					"rds.routing.zone.name=us-east-1b")
			.run((context) -> {
				assertThat(ports(context)).containsExactly(reader(1).port());
				RdsEndpoint endpoint = context.getBean(RdsEndpoint.class);
				assertThat(endpoint.cluster().instances()).extracting(RdsEndpoint.Instance::zone)
					.containsExactlyInAnyOrder(null, "us-east-1a", "us-east-1b");
				endpoint.change(address(reader(1)), RdsEndpoint.Action.SUSPEND);
				assertThat(ports(context)).containsExactly(reader(0).port());
				assertThat(context.getBean(MeterRegistry.class)
					.get("rds.routing.borrow")
					.tags("role", "reader", "reason", "zone-readers-unavailable")
					.timer()
					.count()).isEqualTo(6);
			});
		assertThat(output).doesNotContain("No instance is in the application's zone");
	}

	@Test
	void zoneThatNoInstanceIsInIsSaidAndChangesNothing(CapturedOutput output) {
		Map<String, String> messages = Map.of("us-east-1c",
				"No instance is in the application's zone 'us-east-1c', only in [us-east-1a]", "use1-az1",
				"The application's zone 'use1-az1' is the id of a zone, and those of the instances are names, [us-east-1a]");
		messages
			.forEach((zone, message) -> this.runner
				.withPropertyValues("rds.readers[0].address=" + address(reader(0)), "rds.readers[0].zone=us-east-1a",
						"rds.readers[1].address=" + address(reader(1)), "rds.routing.zone.name=" + zone)
				.run((context) -> {
					assertThat(ports(context)).containsExactlyInAnyOrder(reader(0).port(), reader(1).port());
					assertThat(output).containsOnlyOnce(message);
				}));
	}

	@Test
	void preferenceCanBeSwitchedOff() {
		this.runner
			.withPropertyValues("rds.readers[0].address=" + address(reader(0)), "rds.readers[0].zone=us-east-1a",
					"rds.readers[1].address=" + address(reader(1)), "rds.routing.zone.name=us-east-1a",
					"rds.routing.zone.enabled=false")
			.run((context) -> assertThat(ports(context)).containsExactlyInAnyOrder(reader(0).port(), reader(1).port()));
	}

	@Test
	void factorThatIsTooSmallIsRefused() {
		this.runner.withPropertyValues("rds.routing.zone.spill-factor=0.5")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessageContaining("rds.routing.zone.spill-factor"));
	}

	private LocalRdsInstance reader(int index) {
		return this.cluster.readers().get(index);
	}

	private static String address(LocalRdsInstance instance) {
		return "127.0.0.1:" + instance.port();
	}

	/**
	 * Returns the ports that serve six reads one after the other.
	 */
	private static Set<Integer> ports(ApplicationContext context) {
		DataSource dataSource = context.getBean(DataSource.class);
		TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		reading.setReadOnly(true);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Set<Integer> ports = new TreeSet<>();
		for (int i = 0; i < 6; i++) {
			ports.add(reading.execute((status) -> jdbc.queryForObject("SELECT inet_server_port()", Integer.class)));
		}
		return ports;
	}

}
