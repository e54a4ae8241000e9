package io.rdsboot.operations;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.routing.RdsExceptionTranslator;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsContexts;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that writes and reads from many threads through the addresses of a cluster,
 * and keeps account of what it was told. Thread-safe.
 */
final class SwitchedService implements AutoCloseable {

	/** Leaves the processor to what is tested. */
	private static final Duration PAUSE = Duration.ofMillis(5);

	private final RdsDataSource dataSource;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final AtomicInteger numbers = new AtomicInteger();

	private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

	private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();

	private final List<ConcurrentLinkedQueue<Exception>> failures = new ArrayList<>();

	private final ConcurrentLinkedQueue<String> staleReads = new ConcurrentLinkedQueue<>();

	SwitchedService(LocalRdsCluster cluster) throws Exception {
		this(cluster, (builder) -> {
		});
	}

	/**
	 * Starts a service.
	 * @param cluster has the addresses that it is configured with
	 * @param customizer changes its data source
	 */
	SwitchedService(LocalRdsCluster cluster, Consumer<RdsDataSource.Builder> customizer) throws Exception {
		this.dataSource = dataSource(cluster, customizer);
		RdsExceptionTranslator translator = new RdsExceptionTranslator(this.dataSource);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.setExceptionTranslator(translator);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(this.dataSource);
		transactionManager.setExceptionTranslator(translator);
		this.writing = new TransactionTemplate(transactionManager);
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
	}

	/**
	 * Creates the table that it writes to.
	 */
	SwitchedService createTable() {
		this.jdbc.execute("CREATE TABLE numbers (number int PRIMARY KEY, note text)");
		return this;
	}

	/**
	 * Returns a data source of a cluster's addresses.
	 */
	static RdsDataSource dataSource(LocalRdsCluster cluster, Consumer<RdsDataSource.Builder> customizer)
			throws CertificateException {
		SSLContext context = TlsContexts.trusting(List.of(certificate(cluster.certificateAuthority())));
		HikariPoolCustomizer twenty = (config, instance, role) -> config.setMaximumPoolSize(20);
		RdsDataSource.Builder builder = RdsDataSource.builder()
			.writer(address(cluster.address(cluster.writer())))
			.database(cluster.database())
			.tls(new TlsSettings(null, () -> context))
			.pool(twenty)
			.monitoring((monitoring) -> monitoring.deploymentInterval(Duration.ofSeconds(1)));
		if (!cluster.hasAws()) {
			builder.credentials(cluster.username(), cluster.password());
		}
		cluster.readers().forEach((reader) -> builder.reader(address(cluster.address(reader))));
		customizer.accept(builder);
		return builder.build();
	}

	private static X509Certificate certificate(String pem) throws CertificateException {
		return (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
	}

	private static String address(LocalRdsAddress address) {
		return address.host() + ":" + address.port();
	}

	RdsDataSource dataSource() {
		return this.dataSource;
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	/**
	 * Writes from a number of threads until it is stopped. Each reads what it has just
	 * written.
	 */
	void load(int count) {
		for (int i = 0; i < count; i++) {
			ConcurrentLinkedQueue<Exception> failed = new ConcurrentLinkedQueue<>();
			this.failures.add(failed);
			this.threads.execute(() -> work(failed));
		}
	}

	private void work(ConcurrentLinkedQueue<Exception> failed) {
		while (!this.stopped.get()) {
			ConsistencySession.Binding session = ConsistencySession.open().bind();
			int number = this.numbers.incrementAndGet();
			try {
				this.writing
					.executeWithoutResult((status) -> this.jdbc.update("INSERT INTO numbers VALUES (?)", number));
				this.acknowledged.add(number);
				Integer found = this.reading.execute((status) -> this.jdbc
					.queryForObject("SELECT count(*) FROM numbers WHERE number = ?", Integer.class, number));
				if (found == null || found == 0) {
					this.staleReads.add("%d was written and not found".formatted(number));
				}
			}
			catch (RuntimeException ex) {
				failed.add(ex);
				if (ex instanceof TransactionOutcomeUnknownException) {
					this.unknown.add(number);
				}
			}
			finally {
				session.close();
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	/**
	 * Counts the rows in a read-only transaction of this thread's session.
	 */
	int count() {
		Integer count = this.reading
			.execute((status) -> this.jdbc.queryForObject("SELECT count(*) FROM numbers", Integer.class));
		return (count != null) ? count : 0;
	}

	/**
	 * Waits until so many more rows were acknowledged.
	 */
	void awaitWrites(int count) {
		int known = this.acknowledged.size();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.acknowledged.size() >= known + count);
	}

	/**
	 * Waits until the service knows that there is no writer.
	 */
	void awaitNoWriter() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.dataSource.monitor().topology().writer().isEmpty());
	}

	/**
	 * Returns whether an address is said to lead elsewhere than its name.
	 */
	boolean isRedirected() {
		TopologyMonitor monitor = this.dataSource.monitor();
		return monitor.topology().instances().stream().anyMatch((state) -> monitor.redirect(state.instance()) != null);
	}

	/**
	 * Waits until all names lead to green by themselves.
	 */
	void awaitNames() {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !isRedirected());
	}

	/**
	 * Waits until a service has told of the deployment.
	 */
	static void awaitDeployment(CapturedOutput output) {
		awaitOutput(output, "There is a Blue/Green deployment");
	}

	/**
	 * Waits until a service has told something.
	 */
	static void awaitOutput(CapturedOutput output, String text) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> output.getAll().contains(text));
	}

	/**
	 * Ends the load.
	 */
	void stop() throws InterruptedException {
		this.stopped.set(true);
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Asserts that one server has each acknowledged row once, and another none that was
	 * written since, that no session missed its own write, and that no thread had more
	 * failures than allowed.
	 */
	void assertConsistent(LocalRdsCluster present, int failuresAllowed) throws SQLException {
		List<Integer> rows = rows(present);
		assertThat(rows).doesNotHaveDuplicates().containsAll(this.acknowledged);
		rows.removeAll(this.acknowledged);
		assertThat(this.unknown).containsAll(rows);
		assertThat(this.staleReads).isEmpty();
		assertThat(this.failures).allSatisfy((failed) -> assertThat(failed).hasSizeLessThanOrEqualTo(failuresAllowed)
			.allSatisfy((failure) -> assertThat(failure).isInstanceOfAny(TransactionNotCommittedException.class,
					TransactionOutcomeUnknownException.class)));
	}

	/**
	 * Asserts that a server that was left has nothing that the present writer lacks.
	 */
	void assertNothingWritten(LocalRdsCluster left, LocalRdsCluster present) throws SQLException {
		assertThat(rows(present)).containsAll(rows(left));
	}

	private static List<Integer> rows(LocalRdsCluster cluster) throws SQLException {
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT number FROM numbers")) {
			List<Integer> rows = new ArrayList<>();
			while (answer.next()) {
				rows.add(answer.getInt(1));
			}
			return rows;
		}
	}

	@Override
	public void close() {
		this.stopped.set(true);
		this.threads.shutdownNow();
		this.dataSource.close();
	}

}
