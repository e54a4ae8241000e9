package io.rdsboot.test;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.rdsboot.test.aws.AccessKey;
import io.rdsboot.test.aws.AwsAccount;
import io.rdsboot.test.aws.AwsNames;
import io.rdsboot.test.aws.AwsServer;
import io.rdsboot.test.aws.Permissions;
import io.rdsboot.test.aws.RdsApi;
import io.rdsboot.test.aws.SecretStore;
import io.rdsboot.test.aws.SecretsManagerApi;

/**
 * What stands in for AWS beside a {@link LocalRdsCluster}: an HTTP endpoint that the AWS
 * SDK's own clients talk to, which verifies the signature of each request. Thread-safe.
 *
 * <pre class="code">
 * SecretsManagerClient.builder()
 *     .endpointOverride(cluster.aws().endpoint())
 *     .region(Region.of(cluster.aws().region()))
 *     .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
 *             cluster.aws().accessKeyId(), cluster.aws().secretAccessKey())))
 *     .build();
 * </pre>
 */
public final class LocalAws {

	private final AwsAccount account;

	private final Permissions permissions = new Permissions();

	private final SecretStore secrets;

	private final RdsApi rds;

	private final ClusterDescription description;

	private final AwsServer server;

	LocalAws(AwsAccount account, InstantSource clock, Function<Instant, Duration> age, ClusterDescription description) {
		this.account = account;
		this.secrets = new SecretStore(account.region(), clock);
		this.rds = new RdsApi(account.region(), this.permissions, description);
		this.description = description;
		this.server = new AwsServer(account, age, new SecretsManagerApi(this.secrets, this.permissions), this.rds);
	}

	/**
	 * Address of all services, for the clients' {@code endpointOverride}.
	 * @return an HTTP URL on loopback
	 */
	public URI endpoint() {
		return this.server.uri();
	}

	/**
	 * Region in which everything is.
	 * @return the region, such as {@code us-east-1}
	 */
	public String region() {
		return this.account.region();
	}

	/**
	 * Id of the access key, which has no session token.
	 * @return the id
	 */
	public String accessKeyId() {
		return this.account.accessKey().id();
	}

	/**
	 * Secret of the access key, made up for this cluster.
	 * @return the secret
	 */
	public String secretAccessKey() {
		return this.account.accessKey().secret();
	}

	/**
	 * Creates another secret.
	 * @param name a name that no secret has
	 * @param value its value, such as JSON
	 * @return ARN of the secret
	 */
	public String createSecret(String name, String value) {
		return this.secrets.create(name, value).arn();
	}

	/**
	 * Makes up another access key, as a role has it. It is valid for as long as the
	 * cluster lives: how long a client believes in it is the client's matter.
	 * @return the key
	 */
	public TemporaryKey newTemporaryKey() {
		AccessKey key = AwsNames.newTemporaryKey();
		this.account.add(key);
		return new TemporaryKey(key.id(), key.secret(), Objects.requireNonNull(key.sessionToken()));
	}

	/**
	 * Denies {@code rds-db:connect} as a database user: tokens for that user are refused.
	 * @param username the user
	 */
	public void denyConnect(String username) {
		this.account.denyConnect(username);
	}

	/**
	 * Takes back {@link #denyConnect}.
	 * @param username the user
	 */
	public void allowConnect(String username) {
		this.account.allowConnect(username);
	}

	/**
	 * Switches IAM database authentication off on all instances: all tokens are refused.
	 */
	public void disableIamAuthentication() {
		this.account.setIamAuthentication(false);
	}

	/**
	 * Switches IAM database authentication on, as it is with
	 * {@link LocalRdsClusterBuilder#iam()}.
	 */
	public void enableIamAuthentication() {
		this.account.setIamAuthentication(true);
	}

	/**
	 * Denies an action on all resources.
	 * @param action the action as a policy has it, such as {@code rds:DescribeDBClusters}
	 */
	public void denyAction(String action) {
		this.permissions.deny(action, Permissions.ALL);
	}

	/**
	 * Takes back {@link #denyAction}.
	 * @param action the action
	 */
	public void allowAction(String action) {
		this.permissions.allow(action, Permissions.ALL);
	}

	/**
	 * Makes the pages of the RDS API smaller than AWS's 20 to 100 records, so that a
	 * small cluster has several.
	 * @param records number of records on a page at most, from 1 to 100
	 */
	public void pageSize(int records) {
		if (records < 1 || records > 100) {
			throw new IllegalArgumentException("records is %d, and must be 1 to 100".formatted(records));
		}
		this.rds.pageSize(records);
	}

	/**
	 * Lets the RDS API give an instance another status than that of its server. One that
	 * is {@code creating} has no endpoint there.
	 * @param instance an instance of the cluster
	 * @param status the status, such as {@code deleting}
	 */
	public void instanceStatus(LocalRdsInstance instance, String status) {
		this.description.status(instance, status);
	}

	/**
	 * Takes back {@link #instanceStatus} for all instances.
	 */
	public void restoreInstanceStatuses() {
		this.description.restoreStatuses();
	}

	/**
	 * Lets the RDS API describe the writer as an instance with read replicas, which are
	 * in no cluster.
	 */
	public void describeAsReadReplicas() {
		this.description.readReplicas(true);
	}

	/**
	 * Lets the RDS API describe a DB cluster, as at first.
	 */
	public void describeAsCluster() {
		this.description.readReplicas(false);
	}

	/**
	 * Adds a custom endpoint with a fixed list of members, or changes the one of the same
	 * identifier. Its host name is in the RDS API alone: no server listens there.
	 * @param identifier identifier of the endpoint
	 * @param members its members
	 * @return its host name, such as
	 * {@code reports.cluster-custom-local.us-east-1.rds.amazonaws.com}
	 */
	public String customEndpoint(String identifier, LocalRdsInstance... members) {
		if (members.length == 0) {
			throw new IllegalArgumentException("A custom endpoint with a fixed list has at least one member");
		}
		return this.description.endpoint(identifier, List.of(members), List.of());
	}

	/**
	 * Adds a custom endpoint whose members are all instances but some, or changes the one
	 * of the same identifier. Its host name is in the RDS API alone.
	 * @param identifier identifier of the endpoint
	 * @param excluded the instances that are not its members
	 * @return its host name
	 */
	public String customEndpointExcept(String identifier, LocalRdsInstance... excluded) {
		return this.description.endpoint(identifier, List.of(), List.of(excluded));
	}

	/**
	 * Removes a custom endpoint.
	 * @param identifier identifier of the endpoint
	 */
	public void removeCustomEndpoint(String identifier) {
		this.description.removeEndpoint(identifier);
	}

	/**
	 * Refuses all requests to the RDS API because there were too many.
	 */
	public void throttleRds() {
		this.rds.throttled(true);
	}

	/**
	 * Takes back {@link #throttleRds}.
	 */
	public void releaseRds() {
		this.rds.throttled(false);
	}

	/**
	 * Holds back every answer. What it says is as it was when the request came.
	 * @param delay for how long; zero for not at all
	 */
	public void slow(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("delay is %s, and must not be negative".formatted(delay));
		}
		this.server.slow(delay);
	}

	/**
	 * Answers every request with status 503, which clients take as a reason to try again.
	 */
	public void unavailable() {
		this.server.available(false);
	}

	/**
	 * Takes back {@link #unavailable}.
	 */
	public void available() {
		this.server.available(true);
	}

	/**
	 * Number of requests for an action so far, those included that were refused, and each
	 * try of a client by itself.
	 * @param action the action, such as {@code GetSecretValue}
	 * @return the number
	 */
	public long requests(String action) {
		return this.server.requests(action);
	}

	SecretStore secrets() {
		return this.secrets;
	}

	Permissions permissions() {
		return this.permissions;
	}

	void close() {
		this.server.close();
	}

	@Override
	public String toString() {
		return "LocalAws[" + endpoint() + "]";
	}

	/**
	 * A temporary access key. What is secret is never part of {@code toString}.
	 *
	 * @param accessKeyId the public part
	 * @param secretAccessKey the part that signs
	 * @param sessionToken what must be sent along
	 */
	public record TemporaryKey(String accessKeyId, String secretAccessKey, String sessionToken) {

		@Override
		public String toString() {
			return "TemporaryKey[" + this.accessKeyId + "]";
		}

	}

}
