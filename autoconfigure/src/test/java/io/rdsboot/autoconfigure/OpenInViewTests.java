package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the session that Spring Boot keeps open while a view is rendered, on a real
 * web server. Rows of the views that entities are mapped to tell the port of the server
 * that they were read from.
 */
@LocalRds(readers = 2)
@SpringBootTest(classes = OpenInViewTests.ShelvesApplication.class,
		webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = { "spring.flyway.enabled=false",
				"rds.pool.maximum-pool-size=8", "rds.pool.connection-timeout=5s" })
class OpenInViewTests {

	private static final int CONCURRENT_REQUESTS = 30;

	private final LocalRdsCluster cluster;

	private final JdbcTemplate jdbc;

	private final RestClient client;

	@Autowired
	OpenInViewTests(LocalRdsCluster cluster, JdbcTemplate jdbc, @LocalServerPort int port) {
		this.cluster = cluster;
		this.jdbc = jdbc;
		// Others open a few connections to one host only.
		this.client = RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory())
			.baseUrl("http://localhost:" + port)
			.build();
	}

	@BeforeEach
	void createShelves() {
		// Another test's Hibernate may have made tables for the entities of this package.
		for (String statement : List.of("DROP TABLE IF EXISTS shelf, item CASCADE",
				"DROP TABLE IF EXISTS served_shelf, served_item CASCADE", "DROP SEQUENCE IF EXISTS ticket",
				"CREATE TABLE shelf (id int PRIMARY KEY, name text)",
				"CREATE TABLE item (id int PRIMARY KEY, shelf_id int)", "CREATE SEQUENCE ticket",
				"CREATE VIEW served_shelf AS SELECT *, inet_server_port() AS port FROM shelf",
				"CREATE VIEW served_item AS SELECT *, inet_server_port() AS port FROM item",
				"INSERT INTO shelf VALUES (1, 'atlases')", "INSERT INTO item VALUES (1, 1), (2, 1)",
				"CREATE OR REPLACE FUNCTION draw() RETURNS int LANGUAGE sql AS "
						+ "'INSERT INTO item SELECT max(id) + 1 FROM item RETURNING inet_server_port()'")) {
			this.jdbc.execute(statement);
		}
		this.cluster.awaitReplication();
	}

	@Test
	void lazyLoadingInTheViewGoesToAReaderAndHoldsNoConnection() {
		List<Integer> answer = get("/lazy");
		assertThat(answer).hasSize(5);
		assertThat(answer.subList(0, 4)).allSatisfy(this::isReaderPort);
		assertThat(answer.get(4)).as("connections borrowed while the view is rendered").isZero();
	}

	/**
	 * More requests than all the readers' connections meet in the middle of their views.
	 */
	@Test
	void slowViewsDoNotUseUpThePool() throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(CONCURRENT_REQUESTS);
		try {
			List<CompletableFuture<List<Integer>>> requests = new ArrayList<>();
			for (int i = 0; i < CONCURRENT_REQUESTS; i++) {
				requests.add(CompletableFuture.supplyAsync(() -> get("/slow"), clients));
			}
			for (CompletableFuture<List<Integer>> request : requests) {
				assertThat(request.get(60, TimeUnit.SECONDS)).hasSize(3).allSatisfy(this::isReaderPort);
			}
		}
		finally {
			clients.shutdownNow();
		}
	}

	@Test
	void lazyLoadingAfterAWriteMissesNothingOfIt() {
		this.cluster.readers().forEach(this.cluster::pauseReplay);
		try {
			assertThat(get("/written")).hasSize(3).containsOnly(this.cluster.writer().port());
		}
		finally {
			this.cluster.readers().forEach(this.cluster::resumeReplay);
		}
	}

	@Test
	void entityThatWasChangedInTheViewIsSavedOnTheWriter() {
		get("/changed");
		assertThat(this.jdbc.queryForObject("SELECT name FROM shelf", String.class)).isEqualTo("globes");
	}

	@Test
	void whatIsNoPlainQueryGoesToTheWriter() {
		assertThat(get("/effects")).hasSize(2).containsOnly(this.cluster.writer().port());
	}

	@Test
	void queryThatTheReaderRefusesIsRepeatedOnTheWriter() {
		assertThat(get("/refused")).containsExactly(this.cluster.writer().port());
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(3);
	}

	@Test
	void plainJdbcOutsideATransactionGoesToTheWriter() {
		assertThat(get("/jdbc")).containsExactly(this.cluster.writer().port());
	}

	@SuppressWarnings("unchecked")
	private List<Integer> get(String path) {
		return this.client.get().uri(path).retrieve().body(List.class);
	}

	private void isReaderPort(int port) {
		assertThat(this.cluster.readers()).extracting(LocalRdsInstance::port).contains(port);
	}

	static class Shelves {

		private final EntityManager entityManager;

		Shelves(EntityManager entityManager) {
			this.entityManager = entityManager;
		}

		@Transactional(readOnly = true)
		public Shelf find() {
			return this.entityManager.find(Shelf.class, 1);
		}

		@Transactional(readOnly = true)
		public int port() {
			return (Integer) this.entityManager.createNativeQuery("SELECT inet_server_port()").getSingleResult();
		}

		@Transactional
		public void addItem() {
			this.entityManager.createNativeQuery("INSERT INTO item VALUES (3, 1)").executeUpdate();
		}

		@Transactional
		public void save() {
			this.entityManager.flush();
		}

	}

	@RestController
	static class ShelvesController {

		private final CyclicBarrier rendering = new CyclicBarrier(CONCURRENT_REQUESTS);

		private final Shelves shelves;

		private final EntityManager entityManager;

		private final JdbcTemplate jdbc;

		private final InstancePools pools;

		private final TopologyProvider topology;

		ShelvesController(Shelves shelves, EntityManager entityManager, JdbcTemplate jdbc, InstancePools pools,
				TopologyProvider topology) {
			this.shelves = shelves;
			this.entityManager = entityManager;
			this.jdbc = jdbc;
			this.pools = pools;
			this.topology = topology;
		}

		@GetMapping("/lazy")
		List<Integer> lazy() {
			Shelf shelf = this.shelves.find();
			List<Integer> ports = new ArrayList<>(List.of(shelf.port));
			shelf.items.forEach((item) -> ports.add(item.port));
			ports.add(this.shelves.port());
			ports.add(borrowed());
			return ports;
		}

		@GetMapping("/slow")
		List<Integer> slow() throws Exception {
			Shelf shelf = this.shelves.find();
			List<Integer> ports = new ArrayList<>(List.of(shelf.port));
			shelf.items.forEach((item) -> ports.add(item.port));
			this.rendering.await(30, TimeUnit.SECONDS);
			return ports;
		}

		@GetMapping("/written")
		List<Integer> written() {
			Shelf shelf = this.shelves.find();
			this.shelves.addItem();
			return shelf.items.stream().map((item) -> item.port).toList();
		}

		@GetMapping("/changed")
		List<Integer> changed() {
			Shelf shelf = this.shelves.find();
			shelf.items.size();
			shelf.name = "globes";
			this.shelves.save();
			return List.of();
		}

		@GetMapping("/effects")
		List<Integer> effects() {
			return List.of(port("SELECT inet_server_port() FROM shelf FOR UPDATE"),
					port("SELECT inet_server_port() WHERE nextval('ticket') > 0"));
		}

		@GetMapping("/refused")
		List<Integer> refused() {
			return List.of(((Number) this.entityManager.createNativeQuery("SELECT draw() WHERE :text = 'now'")
				.setParameter("text", "now")
				.getSingleResult()).intValue());
		}

		@GetMapping("/jdbc")
		List<Integer> jdbc() {
			this.shelves.find().items.size();
			return List.of(this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class));
		}

		private int port(String sql) {
			return ((Number) this.entityManager.createNativeQuery(sql).getSingleResult()).intValue();
		}

		private int borrowed() {
			return this.topology.topology()
				.instances()
				.stream()
				.mapToInt((state) -> this.pools.pool(state.instance(), state.role()).activeConnections())
				.sum();
		}

	}

	@Entity(name = "Shelf")
	@Table(name = "served_shelf")
	static class Shelf {

		@Id
		int id;

		String name;

		@Column(updatable = false)
		int port;

		@OneToMany(fetch = FetchType.LAZY)
		@JoinColumn(name = "shelf_id")
		List<Item> items;

	}

	@Entity(name = "Item")
	@Table(name = "served_item")
	static class Item {

		@Id
		int id;

		int port;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = JdbcSessionAutoConfiguration.class)
	static class ShelvesApplication {

		@Bean
		Shelves shelves(EntityManager entityManager) {
			return new Shelves(entityManager);
		}

		@Bean
		ShelvesController shelvesController(Shelves shelves, EntityManager entityManager, JdbcTemplate jdbc,
				InstancePools pools, TopologyProvider topology) {
			return new ShelvesController(shelves, entityManager, jdbc, pools, topology);
		}

	}

}
