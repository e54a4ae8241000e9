package io.rdsboot.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.WriteLoad;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsAlias;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of a service whose database has its writer in one region now and in another
 * later.
 */
@ExtendWith(OutputCaptureExtension.class)
class GlobalDatabaseTests {

	private static final String FIRST = "us-east-1";

	private static final String SECOND = "eu-west-1";

	private static final int THREADS = 8;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String SERVER = "SELECT aurora_db_instance_identifier()";

	private LocalGlobalDatabase database;

	private ConsistencySession.Binding session;

	@BeforeEach
	void start() {
		// Lets no other test on this thread see what was written here.
		this.session = ConsistencySession.open().bind();
		this.database = LocalGlobalDatabase.builder().region(FIRST, 2).region(SECOND, 2).start();
	}

	@AfterEach
	void stop() {
		this.session.close();
		this.database.close();
	}

	private GlobalService service(LocalRdsAlias endpoint) {
		return new GlobalService(this.database, endpoint, SECOND, false, (builder) -> {
		});
	}

	private GlobalService service() {
		return service(this.database.writerEndpoint());
	}

	private String serverId(LocalRdsInstance instance) {
		return this.database.cluster().aurora().serverId(instance);
	}

	private String writerId() {
		return serverId(this.database.cluster().writer());
	}

	private static String writingServer(GlobalService service) {
		return new JdbcTemplate(service.dataSource()).queryForObject(SERVER, String.class);
	}

	private static String readingServer(GlobalService service) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(service.dataSource()));
		transaction.setReadOnly(true);
		return transaction.execute((status) -> writingServer(service));
	}

	private static Set<String> readingServers(GlobalService service) {
		Set<String> servers = new HashSet<>();
		for (int i = 0; i < 6; i++) {
			servers.add(readingServer(service));
		}
		return servers;
	}

	/**
	 * Waits until reads go to exactly these. A reader that has joined serves when its
	 * pool is warm.
	 */
	private static void awaitReadsFrom(GlobalService service, Set<String> servers) {
		Awaitility.await().atMost(LIMIT).until(() -> readingServers(service), servers::equals);
	}

	private Set<String> serverIds(List<LocalRdsInstance> instances) {
		Set<String> servers = new HashSet<>();
		instances.forEach((instance) -> servers.add(serverId(instance)));
		return servers;
	}

	@Test
	void writesGoOnInTheOtherRegionAfterASwitchoverUnderLoad(CapturedOutput output) {
		LocalRdsInstance former = this.database.cluster().writer();
		// The name leads to the former writer for as long as the test takes.
		this.database.writerEndpoint().pointTo(former);
		try (GlobalService service = service()) {
			service.awaitRoles();
			WriteLoad load = WriteLoad.start(service.dataSource(), THREADS);
			try (load) {
				load.awaitMore(200);
				this.database.switchover(SECOND);
				load.awaitMore(200);
			}
			load.verifyOneFailureAtMost();
			load.verifyNumbers();
			service.awaitRoles();
			assertThat(writingServer(service)).isEqualTo(writerId());
			assertThat(output).contains("Instance " + service.name(this.database.cluster().writer())
					+ " is the writer now, and " + service.name(former) + " no longer is");
		}
	}

	@Test
	void writesGoOnWhenThePrimaryRegionIsLostAndItComesBackAsReaders() {
		try (GlobalService service = service()) {
			service.awaitRoles();
			WriteLoad load = WriteLoad.start(service.dataSource(), THREADS);
			try (load) {
				load.awaitMore(200);
				this.database.failover(SECOND);
				load.awaitMore(200);
			}
			load.verifyOneFailureAtMost();
			assertThat(writingServer(service)).isEqualTo(writerId());
			this.database.recover(FIRST);
			service.awaitRoles();
			assertThat(writingServer(service)).isEqualTo(writerId());
		}
	}

	@Test
	void startByANameThatStillLeadsToTheLostRegionFindsTheWriter() {
		this.database.writerEndpoint().pointTo(this.database.cluster().writer());
		this.database.failover(SECOND);
		try (GlobalService service = service()) {
			assertThat(writingServer(service)).isEqualTo(writerId());
		}
	}

	@Test
	void startByANameThatStillLeadsToTheFormerWriterDoesNotWriteToIt() {
		this.database.writerEndpoint().pointTo(this.database.cluster().writer());
		this.database.switchover(SECOND);
		try (GlobalService service = service()) {
			assertThat(writingServer(service)).isEqualTo(writerId());
		}
	}

	@Test
	void startWhileTheSwitchoverIsUnderWayFindsTheNewWriter() {
		CompletableFuture<LocalRdsInstance> switchover = CompletableFuture
			.supplyAsync(() -> this.database.switchover(SECOND));
		Awaitility.await()
			.atMost(LIMIT)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> switchover.isDone() || !answers(this.database.instances(FIRST).get(0)));
		try (GlobalService service = new GlobalService(this.database, this.database.clusterEndpoint(SECOND), SECOND,
				false, (builder) -> builder.startupTimeout(LIMIT))) {
			assertThat(writingServer(service)).isEqualTo(serverId(switchover.join()));
		}
	}

	@Test
	void startWhileTheReturnedRegionInsistsWritesToNeither(CapturedOutput output) {
		LocalRdsInstance returned = this.database.cluster().writer();
		LocalRdsInstance promoted = this.database.instances(SECOND).get(0);
		this.database.cluster().promote(promoted);
		for (LocalRdsInstance led : List.of(returned, promoted)) {
			this.database.writerEndpoint().pointTo(led);
			try (GlobalService service = new GlobalService(this.database, this.database.writerEndpoint(), SECOND, false,
					(builder) -> builder.routing((routing) -> routing.failoverTimeout(Duration.ofSeconds(2))))) {
				assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> writingServer(service))
					.withCauseInstanceOf(NoWriterAvailableException.class);
				assertThat(output).contains(service.name(returned), service.name(promoted));
			}
		}
	}

	private boolean answers(LocalRdsInstance instance) {
		try (Connection connection = this.database.cluster().adminConnection(instance)) {
			return connection.isValid(1);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	@Test
	void startBesideTheEndpointOfASecondaryRegionWritesToThePrimaryOne() {
		try (GlobalService service = service(this.database.clusterEndpoint(SECOND))) {
			assertThat(writingServer(service)).isEqualTo(writerId());
			service.awaitRoles();
			this.database.switchover(SECOND);
			this.database.switchover(FIRST);
			service.awaitRoles();
			assertThat(writingServer(service)).isEqualTo(writerId());
		}
	}

	@Test
	void readersOfTheOwnRegionServeAndTheWriterWhereNoneCan() {
		try (GlobalService service = service()) {
			service.awaitRoles();
			List<LocalRdsInstance> own = this.database.instances(SECOND);
			awaitReadsFrom(service, serverIds(own));
			own.forEach(this.database.cluster()::crash);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> own.stream().noneMatch((each) -> service.state(each).reachable()));
			awaitReadsFrom(service, Set.of(writerId()));
		}
	}

	@Test
	void readersOfAnotherRegionServeWhereNoneOfTheOwnCanAndTheyMay() {
		try (GlobalService service = new GlobalService(this.database, this.database.writerEndpoint(), SECOND, true,
				(builder) -> {
				})) {
			service.awaitRoles();
			List<LocalRdsInstance> own = this.database.instances(SECOND);
			awaitReadsFrom(service, serverIds(own));
			own.forEach(this.database.cluster()::crash);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> own.stream().noneMatch((each) -> service.state(each).reachable()));
			awaitReadsFrom(service, Set.of(serverId(this.database.instances(FIRST).get(1))));
		}
	}

	@Test
	void sessionReadsItsWriteThoughItsRegionLags() {
		try (GlobalService service = service()) {
			service.awaitRoles();
			JdbcTemplate jdbc = new JdbcTemplate(service.dataSource());
			jdbc.execute("CREATE TABLE orders (id int)");
			this.database.cluster().awaitReplication();
			this.database.replicationLag(SECOND, Duration.ofMinutes(10));
			jdbc.execute("INSERT INTO orders VALUES (1)");
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(service.dataSource()));
			transaction.setReadOnly(true);
			for (int i = 0; i < 10; i++) {
				assertThat(transaction
					.<Integer>execute((status) -> jdbc.queryForObject("SELECT count(*) FROM orders", Integer.class)))
					.isEqualTo(1);
			}
			this.database.replicationLag(SECOND, Duration.ZERO);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> serverIds(this.database.instances(SECOND)).contains(readingServer(service)));
		}
	}

	@Test
	void readerThatTheFunctionSaysLagsServesNoBoundedRead() {
		try (GlobalService service = new GlobalService(this.database, this.database.writerEndpoint(), SECOND, false,
				(builder) -> builder.routing(
						(routing) -> routing.consistency(ConsistencyLevel.BOUNDED).maxLag(Duration.ofSeconds(20))))) {
			service.awaitRoles();
			LocalRdsInstance late = this.database.instances(SECOND).get(0);
			LocalRdsInstance other = this.database.instances(SECOND).get(1);
			this.database.cluster().aurora().lag(late, Duration.ofSeconds(40));
			awaitReadsFrom(service, Set.of(serverId(other)));
			this.database.cluster().aurora().restore();
			awaitReadsFrom(service, Set.of(serverId(late), serverId(other)));
		}
	}

	@Test
	void instanceThatTheFunctionCallsTheWriterAndThatReplaysIsNotWrittenTo() {
		LocalRdsInstance named = this.database.instances(SECOND).get(0);
		this.database.cluster()
			.instances()
			.forEach((asked) -> this.database.cluster().aurora().showWriter(asked, named));
		try (GlobalService service = service()) {
			Awaitility.await()
				.atMost(LIMIT)
				.ignoreExceptions()
				.until(() -> service.state(named).role() == InstanceRole.READER);
			assertThat(service.state(this.database.cluster().writer()).role()).isEqualTo(InstanceRole.WRITER);
			assertThat(writingServer(service)).isEqualTo(writerId());
		}
	}

}
