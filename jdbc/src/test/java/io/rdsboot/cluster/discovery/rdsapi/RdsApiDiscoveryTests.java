package io.rdsboot.cluster.discovery.rdsapi;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.ConfiguredInstances;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RdsApiDiscovery} with the AWS SDK's own client. Each test leaves a
 * writer and two readers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RdsApiDiscoveryTests {

	private static final RdsResource CLUSTER = RdsResource.cluster("rds-local");

	private static final InstanceConnector UNUSED = (instance, timeout) -> {
		throw new AssertionError("Nobody connects to " + instance);
	};

	private LocalRdsCluster cluster;

	private RdsClient client;

	private List<InstanceState> configured;

	@BeforeAll
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(2).iam().start();
		LocalAws aws = this.cluster.aws();
		this.client = client(aws.secretAccessKey());
		this.configured = ConfiguredInstances.states(new DatabaseInstance("configured",
				new InstanceAddress(this.cluster.writerAddress().host(), this.cluster.writerAddress().port()), 3,
				Map.of("ApplicationName", "orders"), null), List.of());
	}

	private RdsClient client(String secretAccessKey) {
		LocalAws aws = this.cluster.aws();
		return RdsClient.builder()
			.endpointOverride(aws.endpoint())
			.region(Region.of(aws.region()))
			.credentialsProvider(
					StaticCredentialsProvider.create(AwsBasicCredentials.create(aws.accessKeyId(), secretAccessKey)))
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.overrideConfiguration((configuration) -> configuration.retryStrategy((retry) -> retry.maxAttempts(1)))
			.build();
	}

	@AfterAll
	void close() {
		if (this.cluster != null) {
			this.client.close();
			this.cluster.close();
		}
	}

	@AfterEach
	void restore() {
		LocalAws aws = this.cluster.aws();
		aws.pageSize(100);
		aws.restoreInstanceStatuses();
		aws.describeAsCluster();
		aws.releaseRds();
		aws.allowAction("rds:DescribeDBInstances");
		aws.slow(Duration.ZERO);
	}

	private List<DatabaseInstance> discover(RdsResource resource) throws DiscoveryException {
		return discover(new RdsApiDiscovery(this.configured, this.client, resource));
	}

	private List<DatabaseInstance> discover(RdsApiDiscovery discovery) throws DiscoveryException {
		return discovery.discover(ClusterTopology.of(discovery.initial()), UNUSED, Duration.ofSeconds(1));
	}

	private DatabaseInstance instance(LocalRdsInstance instance) {
		LocalRdsAddress address = this.cluster.address(instance);
		return new DatabaseInstance(instance.name(), new InstanceAddress(address.host(), address.port()), 1,
				Map.of("ApplicationName", "orders"), null);
	}

	private List<DatabaseInstance> instances() {
		return this.cluster.instances().stream().map(this::instance).toList();
	}

	@Test
	void discoverWhenThereAreSeveralPagesReadsAll() throws Exception {
		this.cluster.aws().pageSize(1);
		RdsApiDiscovery discovery = new RdsApiDiscovery(this.configured, this.client, CLUSTER);
		assertThat(discovery.initial()).isEqualTo(this.configured);
		List<DatabaseInstance> found = discover(discovery);
		assertThat(found).containsExactlyInAnyOrderElementsOf(instances());
		assertThat(discover(discovery)).isEqualTo(found);
	}

	@ParameterizedTest
	@ValueSource(strings = { "creating", "deleting", "stopped" })
	void discoverWhenInstanceIsNotThereYetOrNoLongerLeavesItOut(String status) throws Exception {
		LocalRdsInstance absent = this.cluster.readers().get(1);
		this.cluster.aws().instanceStatus(absent, status);
		assertThat(discover(CLUSTER)).hasSize(2).doesNotContain(instance(absent));
	}

	@ParameterizedTest
	@ValueSource(strings = { "backing-up", "rebooting", "modifying", "failed", "storage-full" })
	void discoverWhenInstanceMayAnswerListsIt(String status) throws Exception {
		this.cluster.aws().instanceStatus(this.cluster.writer(), status);
		assertThat(discover(CLUSTER)).hasSize(3);
	}

	@Test
	void discoverWhenNoInstanceCanBeUsedSaysInWhichStateTheyAre() {
		this.cluster.instances().forEach((instance) -> this.cluster.aws().instanceStatus(instance, "stopped"));
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(CLUSTER))
			.withMessageContainingAll("DB cluster 'rds-local'", "us-east-1", "instance-1 (stopped)");
	}

	@Test
	void discoverWhenReaderComesAndGoesFollows() throws Exception {
		RdsApiDiscovery discovery = new RdsApiDiscovery(this.configured, this.client, CLUSTER);
		LocalRdsInstance added = this.cluster.addReader();
		assertThat(discover(discovery)).hasSize(4).contains(instance(added));
		this.cluster.removeReader(added);
		assertThat(discover(discovery)).hasSize(3);
	}

	@Test
	void discoverWhenInstanceIsInAClusterFindsTheClusterAlsoWhenTheInstanceIsGone() throws Exception {
		LocalRdsInstance added = this.cluster.addReader();
		RdsApiDiscovery discovery = new RdsApiDiscovery(this.configured, this.client,
				RdsResource.instance(added.name()));
		assertThat(discover(discovery)).hasSize(4);
		this.cluster.removeReader(added);
		assertThat(discover(discovery)).containsExactlyInAnyOrderElementsOf(instances());
	}

	@Test
	void discoverWhenInstanceHasReadReplicasFindsThemFromEitherEnd() throws Exception {
		this.cluster.aws().describeAsReadReplicas();
		for (LocalRdsInstance asked : this.cluster.instances()) {
			assertThat(discover(RdsResource.instance(asked.name()))).first().isEqualTo(instance(this.cluster.writer()));
			assertThat(discover(RdsResource.instance(asked.name()))).containsExactlyInAnyOrderElementsOf(instances());
		}
	}

	@Test
	void discoverWhenAccessIsDeniedNamesTheMissingAction() {
		this.cluster.aws().denyAction("rds:DescribeDBInstances");
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(CLUSTER))
			.withMessageContaining("is not authorized to perform: rds:DescribeDBInstances")
			.withMessageEndingWith(". Allow rds:DescribeDBInstances to the role that the application runs as,"
					+ " or set rds.topology.discovery to aurora or static");
	}

	@Test
	void discoverWhenThrottledNamesTheInterval() {
		this.cluster.aws().throttleRds();
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(CLUSTER))
			.withMessage("RDS could not be asked for DB cluster 'rds-local': Rate exceeded."
					+ " Raise rds.topology.discovery-interval");
	}

	@Test
	void discoverWhenThereIsNoSuchThingSaysWhereItLooked() {
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(RdsResource.instance("orders-7")))
			.withMessage("RDS could not be asked for DB instance 'orders-7': there is none in region us-east-1."
					+ " Check the identifier and the region");
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(RdsResource.cluster("orders")))
			.withMessage("RDS has no DB cluster 'orders' with instances in region us-east-1:"
					+ " check the identifier and the region");
	}

	@Test
	void discoverWhenKeyIsWrongHidesIt() {
		try (RdsClient other = client("not-the-secret")) {
			assertThatExceptionOfType(DiscoveryException.class)
				.isThrownBy(() -> discover(new RdsApiDiscovery(this.configured, other, CLUSTER)))
				.withMessageStartingWith("RDS could not be asked for DB cluster 'rds-local'")
				.withMessageNotContaining("not-the-secret");
		}
	}

	@Test
	void discoverWhenAwsDoesNotAnswerGivesUp() {
		this.cluster.aws().slow(Duration.ofSeconds(20));
		assertThatExceptionOfType(DiscoveryException.class).isThrownBy(() -> discover(CLUSTER))
			.withMessageContaining("did not complete before the specified timeout");
	}

	@ParameterizedTest
	@CsvSource({ "app.cluster-abc123.us-east-1.rds.amazonaws.com, DB cluster 'app'",
			"app.cluster-ro-abc123.us-east-1.rds.amazonaws.com, DB cluster 'app'",
			"app-1.abc123.us-east-1.rds.amazonaws.com, DB instance 'app-1'",
			"app.cluster-custom-abc123.us-east-1.rds.amazonaws.com,", "app.proxy-abc123.us-east-1.rds.amazonaws.com,",
			"db.example.com," })
	void resourceWhenAddressIsOfRdsIsWhatItNames(String host, @Nullable String resource) {
		assertThat(RdsResource.of(new InstanceAddress(host, 5432)).map(RdsResource::toString).orElse(null))
			.isEqualTo(resource);
	}

	@Test
	void resourceWhenIdentifierIsEmptyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RdsResource.cluster(" "))
			.withMessage("The identifier of the DB cluster is empty");
	}

}
