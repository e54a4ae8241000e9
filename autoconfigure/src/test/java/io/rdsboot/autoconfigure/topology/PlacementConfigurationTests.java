package io.rdsboot.autoconfigure.topology;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.sun.net.httpserver.HttpServer;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.Reads;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.rds.RdsClient;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what the RDS API and the metadata of a task tell of zones and custom
 * endpoints, with the AWS SDK's own client, on a writer with three readers. The writer is
 * in zone a, and its readers in b, c and a.
 */
@ExtendWith(OutputCaptureExtension.class)
class PlacementConfigurationTests {

	private static LocalRdsCluster cluster;

	private static ApplicationContextRunner runner;

	@BeforeAll
	static void start(@TempDir Path directory) throws IOException {
		cluster = LocalRdsCluster.builder().readers(3).secretsManager().start();
		Path authority = Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
		runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + cluster.writerAddress().host() + ":" + cluster.writerAddress().port(),
					"rds.database=" + cluster.database(), "rds.credentials.type=secrets-manager",
					"rds.credentials.secrets-manager.secret-id=" + cluster.secret().arn(),
					"rds.tls.certificate-authorities=file:" + authority, "rds.aws.endpoint=" + cluster.aws().endpoint(),
					"rds.aws.region=" + cluster.aws().region(), "rds.topology.cluster-identifier=rds-local",
					"rds.topology.discovery-interval=200ms",
					// No DNS knows the names of custom endpoints here.
					"rds.pool.reader.fail-fast=false")
			.withSystemProperties("aws.accessKeyId=" + cluster.aws().accessKeyId(),
					"aws.secretAccessKey=" + cluster.aws().secretAccessKey());
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@AfterEach
	void restore() {
		cluster.aws().allowAction("rds:DescribeDBInstances");
		cluster.aws().allowAction("rds:DescribeDBClusterEndpoints");
		cluster.aws().removeCustomEndpoint("web");
		cluster.aws().removeCustomEndpoint("reports");
	}

	@Test
	void zonesOfInstancesComeFromTheApiAndAreAskedForSeldom() {
		long before = cluster.aws().requests("DescribeDBInstances");
		runner.withPropertyValues("rds.readers=" + addresses(0, 1, 2), "rds.routing.zone.name=us-east-1c")
			.run((context) -> {
				awaitServing(context, 1);
				Awaitility.await()
					.during(Duration.ofSeconds(1))
					.until(() -> cluster.aws().requests("DescribeDBInstances") == before + 1);
			});
	}

	@Test
	void zoneOfAReaderThatIsConfiguredWins() {
		runner.withPropertyValues("rds.readers[0].address=" + addresses(0), "rds.readers[0].zone=us-east-1c",
				"rds.readers[1]=" + addresses(1), "rds.readers[2]=" + addresses(2), "rds.routing.zone.name=us-east-1c")
			.run((context) -> awaitServing(context, 0, 1));
	}

	@Test
	void ownZoneComesFromTheMetadataOfTheTask(CapturedOutput output) throws IOException {
		HttpServer metadata = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		metadata.createContext("/v4/task", (exchange) -> {
			byte[] body = "{\"AvailabilityZone\":\"us-east-1b\"}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		metadata.start();
		try {
			ApplicationContextRunner onEcs = runner.withPropertyValues("rds.readers=" + addresses(0, 1, 2),
					"ECS_CONTAINER_METADATA_URI_V4=http://127.0.0.1:" + metadata.getAddress().getPort() + "/v4");
			onEcs.run((context) -> awaitServing(context, 0));
			assertThat(output)
				.containsOnlyOnce("The application is in zone us-east-1b, and readers in this zone are preferred");
			onEcs.withPropertyValues("rds.routing.zone.enabled=false").run((context) -> {
				awaitServing(context, 0, 1, 2);
				assertThat(threads()).doesNotContain("rds-placement");
			});
		}
		finally {
			metadata.stop(0);
		}
	}

	@Test
	void missingPermissionIsSaidOnceAndChangesNothing(CapturedOutput output) {
		cluster.aws().denyAction("rds:DescribeDBInstances");
		runner.withPropertyValues("rds.readers=" + addresses(0, 1, 2), "rds.routing.zone.name=us-east-1c")
			.run((context) -> {
				Awaitility.await().until(() -> output.getOut().contains("cannot be asked for now"));
				awaitServing(context, 0, 1, 2);
			});
		assertThat(output).containsOnlyOnce("The zones of the instances cannot be asked for now")
			.contains("Allow rds:DescribeDBInstances to the role that the application runs as");
	}

	@Test
	void nobodyIsAskedWithoutZonesAndWithoutTheSdk() {
		long before = cluster.aws().requests("DescribeDBInstances");
		runner.withPropertyValues("rds.readers=" + addresses(0, 1, 2)).run((context) -> {
			awaitServing(context, 0, 1, 2);
			assertThat(threads()).doesNotContain("rds-placement");
		});
		runner
			.withPropertyValues("rds.readers=" + addresses(0, 1, 2), "rds.routing.zone.name=us-east-1c",
					"rds.credentials.type=password", "rds.credentials.username=" + cluster.username(),
					"rds.credentials.password=" + cluster.password())
			.withClassLoader(new FilteredClassLoader(RdsClient.class))
			.run((context) -> awaitServing(context, 0, 1, 2));
		assertThat(cluster.aws().requests("DescribeDBInstances")).isEqualTo(before);
	}

	@Test
	void customEndpointStandsForItsMembersAndTheyAreFollowed() {
		String web = cluster.aws().customEndpoint("web", reader(0));
		runner.withPropertyValues("rds.readers=" + web).run((context) -> {
			awaitServing(context, 0);
			cluster.aws().customEndpoint("web", reader(0), reader(1));
			awaitServing(context, 0, 1);
			cluster.aws().customEndpointExcept("web", cluster.writer(), reader(0));
			awaitServing(context, 1, 2);
		});
	}

	@Test
	void groupIsACustomEndpoint() {
		String reports = cluster.aws().customEndpointExcept("reports", cluster.writer(), reader(0));
		runner.withPropertyValues("rds.readers=" + addresses(0), "rds.reader-groups.reports=" + reports)
			.run((context) -> {
				Reads.from("reports", () -> awaitServing(context, 1, 2));
				awaitServing(context, 0);
				cluster.aws().customEndpoint("reports", reader(2));
				Reads.from("reports", () -> awaitServing(context, 2));
			});
	}

	@Test
	void customEndpointWithoutPermissionOrUnknownIsSaidAndUsedAsItIs(CapturedOutput output) {
		cluster.aws().denyAction("rds:DescribeDBClusterEndpoints");
		String web = cluster.aws().customEndpoint("web", reader(0));
		runner.withPropertyValues("rds.readers=" + addresses(1) + "," + web).run((context) -> {
			Awaitility.await().until(() -> output.getOut().contains("The members of custom endpoints cannot be asked"));
			assertThat(output).contains("Allow rds:DescribeDBClusterEndpoints to the role");
			assertThat(context.getBean(TopologyProvider.class).topology().readers())
				.extracting((state) -> state.instance().address().host())
				.contains(web);
			cluster.aws().removeCustomEndpoint("web");
			cluster.aws().allowAction("rds:DescribeDBClusterEndpoints");
			Awaitility.await().until(() -> output.getOut().contains("RDS has no custom endpoint " + web));
			awaitServing(context, 1);
		});
		assertThat(output).containsOnlyOnce("The members of custom endpoints cannot be asked")
			.containsOnlyOnce("RDS has no custom endpoint " + web);
	}

	private static LocalRdsInstance reader(int index) {
		return cluster.readers().get(index);
	}

	private static String addresses(int... readers) {
		return Arrays.stream(readers)
			.mapToObj((reader) -> cluster.address(reader(reader)))
			.map((address) -> address.host() + ":" + address.port())
			.collect(Collectors.joining(","));
	}

	private static Set<String> threads() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toSet());
	}

	/**
	 * Waits until some readers, and no others, serve twelve reads one after the other.
	 */
	private static void awaitServing(ApplicationContext context, int... readers) {
		Set<Integer> expected = Arrays.stream(readers)
			.mapToObj((reader) -> reader(reader).port())
			.collect(Collectors.toCollection(TreeSet::new));
		DataSource dataSource = context.getBean(DataSource.class);
		TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		reading.setReadOnly(true);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			Set<Integer> ports = new TreeSet<>();
			for (int i = 0; i < 12; i++) {
				ports.add(reading.execute((status) -> jdbc.queryForObject("SELECT inet_server_port()", Integer.class)));
			}
			assertThat(ports).isEqualTo(expected);
		});
	}

}
