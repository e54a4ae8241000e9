package io.rdsboot.test.aws;

import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.rdsboot.test.aws.RdsQuery.Page;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the RDS API.
 */
final class RdsXml {

	/** What a Multi-AZ DB cluster has: PostgreSQL itself, streaming to its readers. */
	static final String ENGINE = "postgres";

	private static final String NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

	private static final String CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1";

	private static final String INSTANCE_CLASS = "db.r6gd.large";

	private final String action;

	private final XmlText xml;

	RdsXml(String action) {
		this.action = action;
		this.xml = new XmlText(action + "Response", NAMESPACE);
	}

	AwsResponse clusters(Page<DescribedCluster> page) {
		return answer("DBClusters", page, () -> page.records().forEach(this::cluster));
	}

	AwsResponse endpoints(DescribedCluster cluster, Page<Endpoint> page) {
		return answer("DBClusterEndpoints", page, () -> page.records().forEach((each) -> endpoint(cluster, each)));
	}

	AwsResponse instances(DescribedCluster cluster, Page<DescribedInstance> page) {
		return answer("DBInstances", page, () -> page.records().forEach((instance) -> instance(cluster, instance)));
	}

	private AwsResponse answer(String list, Page<?> page, Runnable records) {
		this.xml.element(this.action + "Result", () -> {
			this.xml.element(list, records);
			if (page.marker() != null) {
				this.xml.element("Marker", page.marker());
			}
		});
		this.xml.element("ResponseMetadata", () -> this.xml.element("RequestId", UUID.randomUUID()));
		return response(200, this.xml);
	}

	private void cluster(DescribedCluster cluster) {
		this.xml.element("DBCluster", () -> {
			this.xml.element("DBClusterIdentifier", cluster.identifier())
				.element("DBClusterArn", cluster.arn())
				.element("DbClusterResourceId", cluster.resourceId())
				.element("Status", "available")
				.element("Engine", ENGINE)
				.element("EngineVersion", cluster.engineVersion())
				.element("EngineMode", "provisioned")
				.element("DatabaseName", cluster.database())
				.element("MasterUsername", cluster.administrator())
				.element("Endpoint", cluster.writerHost())
				.element("ReaderEndpoint", cluster.readerHost())
				.element("Port", cluster.port())
				.element("MultiAZ", cluster.instances().size() > 1)
				.element("IAMDatabaseAuthenticationEnabled", cluster.iamAuthentication())
				.element("AvailabilityZones",
						() -> cluster.instances()
							.stream()
							.map(DescribedInstance::availabilityZone)
							.distinct()
							.forEach((zone) -> this.xml.element("AvailabilityZone", zone)))
				.element("DBClusterMembers", () -> cluster.instances().forEach(this::member));
		});
	}

	private void endpoint(DescribedCluster cluster, Endpoint endpoint) {
		this.xml.element("DBClusterEndpointList", () -> {
			this.xml.element("DBClusterIdentifier", cluster.identifier())
				.element("Endpoint", endpoint.host())
				.element("Status", "available")
				.element("EndpointType", endpoint.type());
			DescribedEndpoint custom = endpoint.custom();
			if (custom != null) {
				this.xml.element("DBClusterEndpointIdentifier", custom.identifier())
					.element("CustomEndpointType", custom.type())
					.element("StaticMembers", () -> members(custom.staticMembers()))
					.element("ExcludedMembers", () -> members(custom.excludedMembers()));
			}
		});
	}

	private void members(List<String> identifiers) {
		identifiers.forEach((identifier) -> this.xml.element("member", identifier));
	}

	private void member(DescribedInstance instance) {
		this.xml.element("DBClusterMember",
				() -> this.xml.element("DBInstanceIdentifier", instance.identifier())
					.element("IsClusterWriter", instance.writer())
					.element("DBClusterParameterGroupStatus", "in-sync")
					.element("PromotionTier", 1));
	}

	private void instance(DescribedCluster cluster, DescribedInstance instance) {
		this.xml.element("DBInstance", () -> {
			this.xml.element("DBInstanceIdentifier", instance.identifier());
			if (cluster.readReplicas()) {
				replication(cluster, instance);
			}
			else {
				this.xml.element("DBClusterIdentifier", cluster.identifier());
			}
			if (!instance.status().equals("creating")) {
				this.xml.element("Endpoint",
						() -> this.xml.element("Address", instance.host()).element("Port", instance.port()));
			}
			properties(cluster, instance);
		});
	}

	private void replication(DescribedCluster cluster, DescribedInstance instance) {
		Predicate<DescribedInstance> isWriter = DescribedInstance::writer;
		if (instance.writer()) {
			this.xml.element("ReadReplicaDBInstanceIdentifiers", () -> cluster.instances()
				.stream()
				.filter(isWriter.negate())
				.forEach((replica) -> this.xml.element("ReadReplicaDBInstanceIdentifier", replica.identifier())));
		}
		else {
			cluster.instances()
				.stream()
				.filter(isWriter)
				.forEach((source) -> this.xml.element("ReadReplicaSourceDBInstanceIdentifier", source.identifier()));
		}
	}

	private void properties(DescribedCluster cluster, DescribedInstance instance) {
		this.xml.element("DBInstanceArn", instance.arn())
			.element("DbiResourceId", instance.resourceId())
			.element("DBInstanceStatus", instance.status())
			.element("DBInstanceClass", INSTANCE_CLASS)
			.element("Engine", ENGINE)
			.element("EngineVersion", cluster.engineVersion())
			.element("DBName", cluster.database())
			.element("MasterUsername", cluster.administrator())
			.element("AvailabilityZone", instance.availabilityZone())
			.element("CACertificateIdentifier", CERTIFICATE_AUTHORITY)
			.element("IAMDatabaseAuthenticationEnabled", cluster.iamAuthentication())
			.element("PromotionTier", 1);
	}

	static AwsResponse error(AwsError error) {
		XmlText xml = new XmlText("ErrorResponse", NAMESPACE);
		xml.element("Error",
				() -> xml.element("Type", (error.status() < 500) ? "Sender" : "Receiver")
					.element("Code", error.code())
					.element("Message", error.text()));
		xml.element("RequestId", UUID.randomUUID());
		return response(error.status(), xml);
	}

	private static AwsResponse response(int status, XmlText xml) {
		return new AwsResponse(status, "text/xml", xml.end());
	}

	/**
	 * An endpoint of a cluster.
	 *
	 * @param type {@code WRITER}, {@code READER} or {@code CUSTOM}
	 * @param host its host name
	 * @param custom what a custom endpoint is, or {@code null} for another one
	 */
	record Endpoint(String type, String host, @Nullable DescribedEndpoint custom) {

		static List<Endpoint> of(DescribedCluster cluster) {
			return Stream.concat(
					Stream.of(new Endpoint("WRITER", cluster.writerHost(), null),
							new Endpoint("READER", cluster.readerHost(), null)),
					cluster.endpoints().stream().map((each) -> new Endpoint("CUSTOM", each.host(), each)))
				.toList();
		}

		String identifier() {
			return (this.custom != null) ? this.custom.identifier() : "";
		}

	}

}
