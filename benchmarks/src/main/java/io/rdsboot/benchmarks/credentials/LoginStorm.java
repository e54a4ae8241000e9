package io.rdsboot.benchmarks.credentials;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.benchmarks.LocalAwsClients;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Program that fills three pools of 20 connections at once with IAM tokens, while the AWS
 * credentials that sign them take two seconds to come, and compares what happened with
 * the targets: one token an address, no failed login. Takes about ten seconds:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-login-storm
 * </pre>
 */
public final class LoginStorm {

	private static final int CONNECTIONS = 20;

	private static final long AWS_CREDENTIALS_SECONDS = 2;

	private static final long LIMIT_SECONDS = 60;

	private LoginStorm() {
	}

	/**
	 * Runs the storm.
	 * @param args none
	 * @throws ExecutionException if a connection could not be borrowed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws ExecutionException, InterruptedException {
		storm().publish();
	}

	private static Report storm() throws ExecutionException, InterruptedException {
		AtomicInteger resolutions = new AtomicInteger();
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).iam().start();
				CertificateFile certificate = CertificateFile.of(cluster);
				IamCredentialsProvider iam = IamCredentialsProvider
					.builder(slow(LocalAwsClients.credentials(cluster.aws()), resolutions), cluster.username())
					.region(LocalAwsClients.region(cluster.aws()))
					.build()) {
			LoginCounter counter = new LoginCounter(iam);
			try (InstancePools pools = new InstancePools(cluster.database(), counter, TlsSettings.DEFAULT,
					ConnectivityListener.all(List.of()), List.of((config, instance, role) -> {
						config.setMaximumPoolSize(CONNECTIONS);
						config.setDataSourceProperties(certificate.tlsProperties());
					}))) {
				double seconds = fill(
						Stream.of(cluster.writerAddress(), cluster.readerAddress(), cluster.proxyAddress())
							.map((address) -> pools.pool(DatabaseInstance.at(LocalAwsClients.address(address)),
									InstanceRole.UNKNOWN))
							.toList());
				return report(counter, resolutions.get(), seconds);
			}
		}
	}

	private static AwsCredentialsProvider slow(AwsCredentialsProvider delegate, AtomicInteger resolutions) {
		return () -> {
			resolutions.incrementAndGet();
			return new CompletableFuture<AwsCredentials>()
				.completeOnTimeout(delegate.resolveCredentials(), AWS_CREDENTIALS_SECONDS, TimeUnit.SECONDS)
				.join();
		};
	}

	/**
	 * Borrows all connections of all pools, one a thread, and gives them back together.
	 * @return seconds until the last one was there
	 */
	private static double fill(List<InstancePool> pools) throws ExecutionException, InterruptedException {
		List<Callable<Long>> borrowers = new ArrayList<>();
		CyclicBarrier allBorrowed = new CyclicBarrier(CONNECTIONS * pools.size());
		for (InstancePool pool : pools) {
			for (int i = 0; i < CONNECTIONS; i++) {
				borrowers.add(() -> borrow(pool, allBorrowed));
			}
		}
		ExecutorService executor = Executors.newFixedThreadPool(borrowers.size());
		try {
			long start = System.nanoTime();
			long end = start;
			for (Future<Long> borrowed : executor.invokeAll(borrowers)) {
				end = Math.max(end, borrowed.get());
			}
			return (end - start) / (double) TimeUnit.SECONDS.toNanos(1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static long borrow(InstancePool pool, CyclicBarrier allBorrowed) throws Exception {
		Connection connection = pool.getConnection();
		long borrowed = System.nanoTime();
		allBorrowed.await(LIMIT_SECONDS, TimeUnit.SECONDS);
		connection.close();
		return borrowed;
	}

	private static Report report(LoginCounter counter, int resolutions, double seconds) {
		return new Report("Three pools of 20 filling at once, AWS credentials taking 2 s", List
			.of(new Figure("IAM tokens an address, at most", counter.mostPasswords(), 1,
					String.format(Locale.ROOT, "(addresses: %d; resolutions of AWS credentials: %d; full after %.1f s)",
							counter.addresses(), resolutions, seconds)),
					new Figure("failed logins", counter.refused(), 0, "")));
	}

}
