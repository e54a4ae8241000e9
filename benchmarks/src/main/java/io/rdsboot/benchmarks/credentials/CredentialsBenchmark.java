package io.rdsboot.benchmarks.credentials;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.LocalAwsClients;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import io.rdsboot.test.LocalRdsCluster;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * JMH benchmark of asking for credentials that are in memory, as every new physical
 * connection does, beside a look-up in a map.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CredentialsBenchmark {

	private final LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).secretsManager().start();

	/** Only named: nothing connects to it. */
	private final InstanceAddress address = InstanceAddress.parse("app.cluster-abc123.us-east-1.rds.amazonaws.com");

	private final SecretsManagerClient client = LocalAwsClients.secretsManager(this.cluster.aws());

	private final IamCredentialsProvider iam = IamCredentialsProvider
		.builder(LocalAwsClients.credentials(this.cluster.aws()), "app")
		.build();

	private final SecretsManagerCredentialsProvider secretsManager = SecretsManagerCredentialsProvider
		.builder(this.client, this.cluster.secret().id())
		.build();

	private final Map<InstanceAddress, DatabaseCredentials> map = new ConcurrentHashMap<>(
			Map.of(this.address, new DatabaseCredentials("app", "password")));

	@Benchmark
	public @Nullable DatabaseCredentials mapLookUp() {
		return this.map.get(this.address);
	}

	@Benchmark
	public DatabaseCredentials iam() {
		return this.iam.getCredentials(this.address);
	}

	@Benchmark
	public DatabaseCredentials secretsManager() {
		return this.secretsManager.getCredentials(this.address);
	}

	@TearDown(Level.Trial)
	public void stop() {
		this.iam.close();
		this.secretsManager.close();
		this.client.close();
		this.cluster.close();
	}

}
