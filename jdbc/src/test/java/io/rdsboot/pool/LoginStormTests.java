package io.rdsboot.pool;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of pools that fill at once with IAM tokens, while the AWS credentials that sign
 * these are late.
 */
class LoginStormTests {

	private static final int CONNECTIONS = 20;

	private static final int LIMIT_SECONDS = 60;

	@Test
	void poolsThatFillAtOnceMakeOneTokenAnAddress() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).iam().start()) {
			List<DatabaseInstance> instances = Stream
				.of(cluster.writerAddress(), cluster.readerAddress(), cluster.proxyAddress())
				.map((address) -> DatabaseInstance.at(new InstanceAddress(address.host(), address.port())))
				.toList();
			CountDownLatch waiting = new CountDownLatch(instances.size());
			AtomicInteger resolutions = new AtomicInteger();
			try (IamCredentialsProvider iam = IamCredentialsProvider
				.builder(awaiting(waiting, cluster.aws(), resolutions), cluster.username())
				.region(Region.of(cluster.aws().region()))
				.build()) {
				CountingProvider counting = new CountingProvider(iam, waiting);
				try (InstancePools pools = new InstancePools(cluster.database(), counting, TlsSettings.DEFAULT,
						ConnectivityListener.all(List.of()),
						List.of((config, instance, role) -> config.setMaximumPoolSize(CONNECTIONS)))) {
					borrowAll(instances.stream().map((each) -> pools.pool(each, InstanceRole.UNKNOWN)).toList());
				}
				assertThat(counting.passwords).hasSize(3).allSatisfy((address, made) -> assertThat(made).hasSize(1));
				assertThat(counting.refused).hasValue(0);
				assertThat(resolutions).hasValue(1);
			}
		}
	}

	private static AwsCredentialsProvider awaiting(CountDownLatch waiting, LocalAws aws, AtomicInteger resolutions) {
		AwsCredentials credentials = AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey());
		return () -> {
			resolutions.incrementAndGet();
			try {
				assertThat(waiting.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return credentials;
		};
	}

	private static void borrowAll(List<InstancePool> pools) throws Exception {
		CyclicBarrier allBorrowed = new CyclicBarrier(CONNECTIONS * pools.size());
		List<Callable<String>> borrowers = new ArrayList<>();
		for (InstancePool pool : pools) {
			borrowers.addAll(Collections.nCopies(CONNECTIONS, () -> {
				try (Connection connection = pool.getConnection()) {
					allBorrowed.await(LIMIT_SECONDS, TimeUnit.SECONDS);
					return connection.getMetaData().getUserName();
				}
			}));
		}
		ExecutorService executor = Executors.newFixedThreadPool(borrowers.size());
		try {
			for (Future<String> borrower : executor.invokeAll(borrowers)) {
				assertThat(borrower.get()).isEqualTo("app");
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Counts tokens by identity: those that are made within a second are equal.
	 */
	private static final class CountingProvider implements DatabaseCredentialsProvider {

		private final DatabaseCredentialsProvider delegate;

		private final CountDownLatch asked;

		private final Map<InstanceAddress, Set<String>> passwords = new ConcurrentHashMap<>();

		private final AtomicInteger refused = new AtomicInteger();

		private CountingProvider(DatabaseCredentialsProvider delegate, CountDownLatch asked) {
			this.delegate = delegate;
			this.asked = asked;
		}

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			this.asked.countDown();
			DatabaseCredentials credentials = this.delegate.getCredentials(address);
			this.passwords
				.computeIfAbsent(address,
						(first) -> Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>())))
				.add(credentials.password());
			return credentials;
		}

		@Override
		public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			this.refused.incrementAndGet();
			return this.delegate.getCredentialsAfterRefusal(address, refused);
		}

	}

}
