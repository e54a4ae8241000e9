package io.rdsboot.service;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.routing.Reads;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a listener of Spring Modulith's reads, which runs after the publisher's
 * commit, on another thread and in a transaction of its own.
 */
@LocalRds(readers = 1)
class ApplicationModuleListenerTests {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

	private static ServiceInstance service;

	private final LocalRdsCluster cluster;

	private final LocalRdsInstance reader;

	private final Shipments shipments = service.bean(Shipments.class);

	private final Listeners listeners = service.bean(Listeners.class);

	ApplicationModuleListenerTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.reader = cluster.readers().get(0);
	}

	@BeforeAll
	static void start(LocalRdsCluster cluster) {
		service = ServiceInstance.of(cluster, Application.class,
				"spring.modulith.events.jdbc.schema-initialization.enabled=true");
		service.bean(JdbcTemplate.class).execute("CREATE TABLE shipment (id uuid)");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@AfterEach
	void resumeReplay() {
		this.listeners.open();
		this.cluster.resumeReplay(this.reader);
	}

	@Test
	void listenerSeesWhatItsPublisherHasWritten() throws Exception {
		this.cluster.awaitReplication();
		this.cluster.pauseReplay(this.reader);
		UUID shipment = Reads.inUnitOfWork(this.shipments::ship);
		assertThat(this.listeners.seen(shipment).get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(this.listeners.seenReadOnly(shipment).get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * The registry marks a publication as completed when its listener is done, on the
	 * listener's thread, which works for the publisher's session.
	 */
	@Test
	void bookkeepingOfTheRegistryTakesNoReadsToTheWriter() {
		this.listeners.shut();
		Reads.inUnitOfWork(() -> {
			UUID shipment = this.shipments.ship();
			Awaitility.await()
				.atMost(LONGEST_WAIT)
				.pollInSameThread()
				.until(this.shipments::port, (port) -> port == this.reader.port());
			// Whatever counts as a write from here on keeps the session from the reader.
			this.cluster.pauseReplay(this.reader);
			assertThat(incomplete()).isPositive();
			this.listeners.open();
			Awaitility.await().atMost(LONGEST_WAIT).until(() -> incomplete() == 0);
			assertThat(this.shipments.port()).isEqualTo(this.reader.port());
			return shipment;
		});
	}

	private int incomplete() {
		try (Connection admin = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = admin.createStatement();
				ResultSet count = statement
					.executeQuery("SELECT count(*) FROM event_publication WHERE completion_date IS NULL")) {
			count.next();
			return count.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	record Shipped(UUID id) {

	}

	static class Shipments {

		private final JdbcTemplate jdbc;

		private final ApplicationEventPublisher publisher;

		Shipments(JdbcTemplate jdbc, ApplicationEventPublisher publisher) {
			this.jdbc = jdbc;
			this.publisher = publisher;
		}

		@Transactional
		public UUID ship() {
			UUID id = UUID.randomUUID();
			this.jdbc.update("INSERT INTO shipment VALUES (?)", id);
			this.publisher.publishEvent(new Shipped(id));
			return id;
		}

		@Transactional(readOnly = true)
		public int port() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

	}

	static class Listeners {

		private final Map<UUID, CompletableFuture<Boolean>> seen = new ConcurrentHashMap<>();

		private final Map<UUID, CompletableFuture<Boolean>> seenReadOnly = new ConcurrentHashMap<>();

		private final JdbcTemplate jdbc;

		private volatile CountDownLatch gate = new CountDownLatch(0);

		Listeners(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		public void shut() {
			this.gate = new CountDownLatch(1);
		}

		public void open() {
			this.gate.countDown();
		}

		public CompletableFuture<Boolean> seen(UUID shipment) {
			return this.seen.computeIfAbsent(shipment, (added) -> new CompletableFuture<>());
		}

		public CompletableFuture<Boolean> seenReadOnly(UUID shipment) {
			return this.seenReadOnly.computeIfAbsent(shipment, (added) -> new CompletableFuture<>());
		}

		@ApplicationModuleListener
		public void on(Shipped event) {
			seen(event.id()).complete(exists(event.id()));
		}

		@ApplicationModuleListener(readOnlyTransaction = true)
		public void onReadOnly(Shipped event) throws InterruptedException {
			this.gate.await(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
			seenReadOnly(event.id()).complete(exists(event.id()));
		}

		private boolean exists(UUID shipment) {
			return this.jdbc.queryForObject("SELECT count(*) FROM shipment WHERE id = ?", Integer.class, shipment) == 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	@EnableAsync
	@Import({ Shipments.class, Listeners.class })
	static class Application {

	}

}
