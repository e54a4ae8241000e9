package io.rdsboot.test;

import java.util.List;

import io.rdsboot.test.aws.AwsClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link LocalAws} beside a cluster that changes.
 */
class LocalAwsTests {

	private static LocalRdsCluster cluster;

	private static RdsClient client;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().iam().start();
		LocalAws aws = cluster.aws();
		client = AwsClients.rds(aws.endpoint(), aws.region(), AwsClients.key(aws.accessKeyId(), aws.secretAccessKey()));
	}

	@AfterAll
	static void close() {
		client.close();
		cluster.close();
	}

	@Test
	void clusterWhenDescribedHasItsAddresses() {
		DBCluster described = describe();
		assertThat(described.dbClusterIdentifier()).isEqualTo("rds-local");
		assertThat(described.dbClusterResourceId()).matches("cluster-[A-Z2-7]{26}")
			.isEqualTo(describe().dbClusterResourceId());
		assertThat(described.endpoint()).isEqualTo(cluster.writerAddress().host());
		assertThat(described.port()).isEqualTo(cluster.writerAddress().port());
		assertThat(described.readerEndpoint()).isEqualTo(cluster.readerAddress().host());
		assertThat(described.databaseName()).isEqualTo(cluster.database());
		assertThat(described.engineVersion()).matches("[0-9]+(\\.[0-9]+)?");
	}

	@Test
	void instancesWhenDescribedHaveTheirAddresses() {
		List<DBInstance> instances = client.describeDBInstances().dbInstances();
		assertThat(instances).hasSameSizeAs(cluster.instances()).allSatisfy((described) -> {
			LocalRdsAddress address = cluster.address(instance(described.dbInstanceIdentifier()));
			assertThat(described.endpoint().address()).isEqualTo(address.host());
			assertThat(described.endpoint().port()).isEqualTo(address.port());
			assertThat(described.dbInstanceStatus()).isEqualTo("available");
			assertThat(described.dbiResourceId()).matches("db-[A-Z2-7]{26}");
			assertThat(described.availabilityZone()).startsWith(cluster.aws().region());
		});
		assertThat(instances).extracting(DBInstance::dbiResourceId).doesNotHaveDuplicates();
		assertThat(instances).extracting(DBInstance::availabilityZone).doesNotHaveDuplicates();
	}

	@Test
	void instancesWhenDescribedAsReadReplicasAreInNoCluster() {
		cluster.aws().describeAsReadReplicas();
		try {
			assertThat(client.describeDBClusters().dbClusters()).isEmpty();
			assertThat(client.describeDBInstances().dbInstances()).allSatisfy((described) -> {
				boolean writer = described.dbInstanceIdentifier().equals(cluster.writer().name());
				assertThat(described.dbClusterIdentifier()).isNull();
				assertThat(described.readReplicaDBInstanceIdentifiers()).hasSize(writer ? cluster.readers().size() : 0);
				assertThat(described.readReplicaSourceDBInstanceIdentifier())
					.isEqualTo(writer ? null : cluster.writer().name());
			});
		}
		finally {
			cluster.aws().describeAsCluster();
		}
	}

	@Test
	void instanceStatusWhenCreatingLeavesNoEndpointUntilRestored() {
		LocalRdsInstance reader = cluster.readers().get(0);
		cluster.aws().instanceStatus(reader, "creating");
		assertThat(describe(reader).endpoint()).isNull();
		assertThat(describe(reader).dbInstanceStatus()).isEqualTo("creating");
		cluster.aws().restoreInstanceStatuses();
		assertThat(describe(reader).endpoint()).isNotNull();
	}

	private static DBInstance describe(LocalRdsInstance instance) {
		return client.describeDBInstances((request) -> request.dbInstanceIdentifier(instance.name()))
			.dbInstances()
			.get(0);
	}

	@Test
	void rdsWhenThrottledRefusesUntilReleased() {
		cluster.aws().throttleRds();
		try {
			assertThatExceptionOfType(RdsException.class).isThrownBy(() -> client.describeDBClusters())
				.matches(RdsException::isThrottlingException);
		}
		finally {
			cluster.aws().releaseRds();
		}
		assertThat(client.describeDBClusters().dbClusters()).hasSize(1);
	}

	private static LocalRdsInstance instance(String name) {
		return cluster.instances().stream().filter((each) -> each.name().equals(name)).findFirst().orElseThrow();
	}

	@Test
	void writerWhenFailedOverIsTheNewOne() {
		assertThat(describedWriter()).isEqualTo(cluster.writer().name());
		cluster.failover();
		assertThat(describedWriter()).isEqualTo(cluster.writer().name());
	}

	private static String describedWriter() {
		return describe().dbClusterMembers()
			.stream()
			.filter(DBClusterMember::isClusterWriter)
			.map(DBClusterMember::dbInstanceIdentifier)
			.reduce((one, other) -> one + " and " + other)
			.orElse("nobody");
	}

	private static DBCluster describe() {
		return client.describeDBClusters((request) -> request.dbClusterIdentifier("rds-local")).dbClusters().get(0);
	}

	@Test
	void readerWhenAddedAndRemovedComesAndGoes() {
		LocalRdsInstance reader = cluster.addReader();
		assertThat(client.describeDBInstances().dbInstances()).extracting(DBInstance::dbInstanceIdentifier)
			.contains(reader.name());
		cluster.removeReader(reader);
		assertThat(client.describeDBInstances().dbInstances()).extracting(DBInstance::dbInstanceIdentifier)
			.doesNotContain(reader.name());
	}

	@Test
	void instanceWhenCrashedHasFailed() {
		LocalRdsInstance reader = cluster.readers().get(0);
		cluster.crash(reader);
		assertThat(client.describeDBInstances((request) -> request.dbInstanceIdentifier(reader.name())).dbInstances())
			.extracting(DBInstance::dbInstanceStatus)
			.containsExactly("failed");
		cluster.restart(reader);
		assertThat(client.describeDBInstances((request) -> request.dbInstanceIdentifier(reader.name())).dbInstances())
			.extracting(DBInstance::dbInstanceStatus)
			.containsExactly("available");
	}

	@Test
	void iamAuthenticationWhenSwitchedIsDescribed() {
		assertThat(describe().iamDatabaseAuthenticationEnabled()).isTrue();
		cluster.aws().disableIamAuthentication();
		assertThat(describe().iamDatabaseAuthenticationEnabled()).isFalse();
		assertThat(client.describeDBInstances().dbInstances()).noneMatch(DBInstance::iamDatabaseAuthenticationEnabled);
		cluster.aws().enableIamAuthentication();
	}

	@Test
	void pagesWhenMadeSmallAreFollowed() {
		cluster.aws().pageSize(1);
		long before = cluster.aws().requests("DescribeDBInstances");
		assertThat(client.describeDBInstancesPaginator().dbInstances()).hasSameSizeAs(cluster.instances());
		assertThat(cluster.aws().requests("DescribeDBInstances") - before).isEqualTo(cluster.instances().size());
		cluster.aws().pageSize(100);
		assertThatIllegalArgumentException().isThrownBy(() -> cluster.aws().pageSize(0)).withMessageContaining("0");
	}

	@Test
	void partsWhenNotBuiltSayHowToHaveThem() {
		assertThatIllegalStateException().isThrownBy(() -> cluster.secret()).withMessageContaining("secretsManager()");
		try (LocalRdsCluster plain = LocalRdsCluster.builder().readers(0).start()) {
			assertThatIllegalStateException().isThrownBy(plain::aws).withMessageContaining("iam() or secretsManager()");
		}
	}

	@Test
	void endpointWhenTheClusterIsClosedIsGone() {
		LocalRdsCluster closing = LocalRdsCluster.builder().readers(0).secretsManager().start();
		LocalAws aws = closing.aws();
		String id = closing.secret().id();
		try (SecretsManagerClient secrets = AwsClients.secretsManager(aws.endpoint(), aws.region(),
				AwsClients.key(aws.accessKeyId(), aws.secretAccessKey()))) {
			secrets.getSecretValue((request) -> request.secretId(id));
			closing.close();
			assertThatExceptionOfType(SdkClientException.class)
				.isThrownBy(() -> secrets.getSecretValue((request) -> request.secretId(id)));
		}
	}

}
