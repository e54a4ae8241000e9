package io.rdsboot.test.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterEndpoint;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbClusterNotFoundException;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesResponse;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.RdsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * {@link RdsApi}, asked by the AWS SDK's own client.
 */
class RdsApiTests {

	private final AwsAccount account = new AwsAccount("eu-west-1", AwsNames.newAccessKey(), true);

	private final Permissions permissions = new Permissions();

	private DescribedCluster cluster = cluster("db-1", 3);

	private final RdsApi api = new RdsApi("eu-west-1", this.permissions, () -> this.cluster);

	private final AwsServer server = new AwsServer(this.account, (instant) -> Duration.between(instant, Instant.now()),
			this.api);

	private RdsClient client;

	@BeforeEach
	void createClient() {
		this.client = client(this.account.accessKey().id(), this.account.accessKey().secret());
	}

	@AfterEach
	void close() {
		this.client.close();
		this.server.close();
	}

	private RdsClient client(String id, String secret) {
		return AwsClients.rds(this.server.uri(), this.account.region(), AwsClients.key(id, secret));
	}

	private static DescribedCluster cluster(String writer, int size) {
		List<DescribedInstance> instances = IntStream.rangeClosed(1, size)
			.mapToObj((number) -> "db-" + number)
			.map((name) -> new DescribedInstance(name, "arn:aws:rds:eu-west-1:123456789012:db:" + name,
					"db-ID" + name.substring(3), "localhost", 5400 + Integer.parseInt(name.substring(3)),
					name.equals(writer), "available", "eu-west-1a"))
			// As a cluster lists itself: the writer first.
			.sorted(Comparator.comparing(DescribedInstance::writer).reversed())
			.toList();
		return new DescribedCluster("orders", "arn:aws:rds:eu-west-1:123456789012:cluster:orders", "cluster-ID",
				"shop & co", "rdsadmin", "17.2", "writer.local", "reader.local", 5400, true, instances,
				List.of(new DescribedEndpoint("reports", "reports.local", "READER", List.of("db-2"), List.of()),
						new DescribedEndpoint("web", "web.local", "ANY", List.of(), List.of("db-2", "db-3"))),
				false);
	}

	@Test
	void clusterWhenDescribedHasItsAddressesAndMembers() {
		List<DBCluster> clusters = this.client.describeDBClusters().dbClusters();
		assertThat(clusters).singleElement().satisfies((described) -> {
			assertThat(described.dbClusterIdentifier()).isEqualTo("orders");
			assertThat(described.dbClusterArn()).isEqualTo("arn:aws:rds:eu-west-1:123456789012:cluster:orders");
			assertThat(described.dbClusterResourceId()).isEqualTo("cluster-ID");
			assertThat(described.status()).isEqualTo("available");
			assertThat(described.engine()).isEqualTo("postgres");
			assertThat(described.engineVersion()).isEqualTo("17.2");
			assertThat(described.databaseName()).isEqualTo("shop & co");
			assertThat(described.masterUsername()).isEqualTo("rdsadmin");
			assertThat(described.endpoint()).isEqualTo("writer.local");
			assertThat(described.readerEndpoint()).isEqualTo("reader.local");
			assertThat(described.port()).isEqualTo(5400);
			assertThat(described.multiAZ()).isTrue();
			assertThat(described.iamDatabaseAuthenticationEnabled()).isTrue();
			assertThat(described.availabilityZones()).containsExactly("eu-west-1a");
			assertThat(described.dbClusterMembers())
				.extracting(DBClusterMember::dbInstanceIdentifier, DBClusterMember::isClusterWriter)
				.containsExactly(tuple("db-1", true), tuple("db-2", false), tuple("db-3", false));
		});
	}

	@Test
	void instanceWhenDescribedHasItsOwnAddress() {
		DescribeDbInstancesResponse response = this.client
			.describeDBInstances((request) -> request.dbInstanceIdentifier("DB-2"));
		assertThat(response.dbInstances()).singleElement().satisfies((described) -> {
			assertThat(described.dbInstanceIdentifier()).isEqualTo("db-2");
			assertThat(described.dbClusterIdentifier()).isEqualTo("orders");
			assertThat(described.dbInstanceArn()).endsWith(":db:db-2");
			assertThat(described.dbiResourceId()).isEqualTo("db-ID2");
			assertThat(described.dbInstanceStatus()).isEqualTo("available");
			assertThat(described.engine()).isEqualTo("postgres");
			assertThat(described.engineVersion()).isEqualTo("17.2");
			assertThat(described.endpoint().address()).isEqualTo("localhost");
			assertThat(described.endpoint().port()).isEqualTo(5402);
			assertThat(described.availabilityZone()).isEqualTo("eu-west-1a");
			assertThat(described.caCertificateIdentifier()).isEqualTo("rds-ca-rsa2048-g1");
			assertThat(described.iamDatabaseAuthenticationEnabled()).isTrue();
		});
	}

	@Test
	void customEndpointWhenDescribedHasItsMembersOrThoseThatAreNot() {
		assertThat(this.client
			.describeDBClusterEndpoints((request) -> request.dbClusterIdentifier("orders")
				.filters(filter("db-cluster-endpoint-type", "custom")))
			.dbClusterEndpoints())
			.extracting(DBClusterEndpoint::dbClusterEndpointIdentifier, DBClusterEndpoint::dbClusterIdentifier,
					DBClusterEndpoint::endpoint, DBClusterEndpoint::endpointType, DBClusterEndpoint::customEndpointType,
					DBClusterEndpoint::staticMembers, DBClusterEndpoint::excludedMembers)
			.containsExactly(
					tuple("reports", "orders", "reports.local", "CUSTOM", "READER", List.of("db-2"), List.of()),
					tuple("web", "orders", "web.local", "CUSTOM", "ANY", List.of(), List.of("db-2", "db-3")));
		assertThat(this.client.describeDBClusterEndpoints((request) -> request.dbClusterEndpointIdentifier("WEB"))
			.dbClusterEndpoints()).extracting(DBClusterEndpoint::status).containsExactly("available");
		assertThat(this.client.describeDBClusterEndpoints().dbClusterEndpoints())
			.extracting(DBClusterEndpoint::endpointType)
			.containsExactlyInAnyOrder("WRITER", "READER", "CUSTOM", "CUSTOM");
	}

	@Test
	void identifierWhenUnknownIsNotFound() {
		assertThatExceptionOfType(DbClusterNotFoundException.class)
			.isThrownBy(() -> this.client.describeDBClusters((request) -> request.dbClusterIdentifier("other")))
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(404))
			.withMessageContaining("DBCluster other not found.");
		assertThatExceptionOfType(DbInstanceNotFoundException.class)
			.isThrownBy(() -> this.client.describeDBInstances((request) -> request.dbInstanceIdentifier("db-9")))
			.withMessageContaining("DBInstance db-9 not found.");
		assertThat(this.client.describeDBClusterEndpoints((request) -> request.dbClusterEndpointIdentifier("other"))
			.dbClusterEndpoints()).isEmpty();
		assertThatExceptionOfType(DbClusterNotFoundException.class).isThrownBy(
				() -> this.client.describeDBClusterEndpoints((request) -> request.dbClusterIdentifier("other")));
	}

	@Test
	void identifierWhenItIsAnArnIsFound() {
		assertThat(this.client
			.describeDBClusters(
					(request) -> request.dbClusterIdentifier("arn:aws:rds:eu-west-1:123456789012:cluster:orders"))
			.dbClusters()).hasSize(1);
		assertThat(instances("db-instance-id", "arn:aws:rds:eu-west-1:123456789012:db:db-3")).containsExactly("db-3");
	}

	@Test
	void filterWhenGivenSelects() {
		assertThat(instances("db-instance-id", "db-3", "db-1")).containsExactly("db-1", "db-3");
		assertThat(instances("dbi-resource-id", "db-ID2")).containsExactly("db-2");
		assertThat(instances("db-cluster-id", "orders")).hasSize(3);
		assertThat(instances("db-cluster-id", "other")).isEmpty();
		assertThat(this.client
			.describeDBClusters((request) -> request.filters(filter("db-cluster-resource-id", "cluster-OTHER")))
			.dbClusters()).isEmpty();
	}

	private static Filter filter(String name, String... values) {
		return Filter.builder().name(name).values(values).build();
	}

	@Test
	void filterWhenUnknownIsRefused() {
		assertThatExceptionOfType(RdsException.class).isThrownBy(() -> instances("colour", "blue"))
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValue"))
			.withMessageContaining("Unrecognized filter name: colour");
	}

	private List<String> instances(String filter, String... values) {
		return this.client.describeDBInstances((request) -> request.filters(filter(filter, values)))
			.dbInstances()
			.stream()
			.map(DBInstance::dbInstanceIdentifier)
			.toList();
	}

	@Test
	void pagesWhenSmallAreFollowedToTheEnd() {
		this.cluster = cluster("db-5", 5);
		this.api.pageSize(2);
		assertThat(this.client.describeDBInstancesPaginator().dbInstances())
			.extracting(DBInstance::dbInstanceIdentifier)
			.containsExactly("db-1", "db-2", "db-3", "db-4", "db-5");
		assertThat(this.server.requests("DescribeDBInstances")).isEqualTo(3);
	}

	@Test
	void pagesWhenTheNumberFitsExactlyEndWithoutAnEmptyOne() {
		this.cluster = cluster("db-1", 4);
		this.api.pageSize(2);
		assertThat(this.client.describeDBInstancesPaginator().dbInstances()).hasSize(4);
		assertThat(this.server.requests("DescribeDBInstances")).isEqualTo(2);
	}

	@Test
	void pageWhenSmallerThanAwsHasIsRefused() {
		assertThat(this.client.describeDBInstances((request) -> request.maxRecords(20)).dbInstances()).hasSize(3);
		assertThatExceptionOfType(RdsException.class)
			.isThrownBy(() -> this.client.describeDBInstances((request) -> request.maxRecords(19)))
			.withMessageContaining("Invalid value 19 for MaxRecords. Must be between 20 and 100");
	}

	@Test
	void clusterWhenChangedIsDescribedAsItIs() {
		this.cluster = cluster("db-2", 2);
		assertThat(this.client.describeDBClusters().dbClusters().get(0).dbClusterMembers())
			.extracting(DBClusterMember::dbInstanceIdentifier, DBClusterMember::isClusterWriter)
			.containsExactly(tuple("db-2", true), tuple("db-1", false));
	}

	@Test
	void actionWhenDeniedNamesUserActionAndResource() {
		this.permissions.deny("rds:DescribeDBClusters", Permissions.ALL);
		assertThatExceptionOfType(RdsException.class).isThrownBy(() -> this.client.describeDBClusters())
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(403))
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"))
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorMessage())
				.isEqualTo("User: arn:aws:iam::123456789012:user/rds-local is not authorized to perform:"
						+ " rds:DescribeDBClusters on resource: arn:aws:rds:eu-west-1:123456789012:cluster:* because"
						+ " no identity-based policy allows the rds:DescribeDBClusters action"));
		assertThat(this.client.describeDBInstances().dbInstances()).hasSize(3);
	}

	@Test
	void keyWhenUnknownOrWrongIsRefused() {
		try (RdsClient unknown = client("AKIAOTHER", "secret")) {
			assertThatExceptionOfType(RdsException.class).isThrownBy(unknown::describeDBClusters)
				.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("InvalidClientTokenId"));
		}
		try (RdsClient wrong = client(this.account.accessKey().id(), "secret")) {
			assertThatExceptionOfType(RdsException.class).isThrownBy(wrong::describeDBClusters)
				.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("SignatureDoesNotMatch"));
		}
	}

	@Test
	void actionWhenUnknownIsRefused() {
		assertThatExceptionOfType(RdsException.class).isThrownBy(() -> this.client.describeEvents())
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("InvalidAction"))
			.withMessageContaining("DescribeEvents");
	}

}
