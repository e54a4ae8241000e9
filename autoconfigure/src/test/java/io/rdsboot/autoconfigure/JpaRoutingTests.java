package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of routing under Hibernate, in an application that is connected to a local
 * cluster by one annotation.
 */
@LocalRds(readers = 2)
@SpringBootTest(classes = JpaRoutingTests.NotesApplication.class,
		properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.flyway.enabled=false" })
class JpaRoutingTests {

	private final LocalRdsCluster cluster;

	private final Notes notes;

	private final EntityManagerFactory entityManagerFactory;

	private final InstancePools pools;

	private final TopologyProvider topology;

	@Autowired
	JpaRoutingTests(LocalRdsCluster cluster, Notes notes, EntityManagerFactory entityManagerFactory,
			InstancePools pools, TopologyProvider topology) {
		this.cluster = cluster;
		this.notes = notes;
		this.entityManagerFactory = entityManagerFactory;
		this.pools = pools;
		this.topology = topology;
	}

	@Test
	void writesGoToWriterAndReadsToReaders() {
		long id = this.notes.add("written");
		this.cluster.awaitReplication();
		assertThat(this.notes.text(id)).isEqualTo("written");
		assertThat(this.notes.writingPort()).isEqualTo(this.cluster.writer().port());
		awaitReadFromReader();
	}

	@Test
	void isolationLevelIsKeptOnReader() {
		assertThat(this.notes.isolation()).isEqualTo("repeatable read");
		awaitReadFromReader();
	}

	@Test
	void readOnlyTransactionCannotWrite() {
		assertThatExceptionOfType(PersistenceException.class).isThrownBy(this.notes::writeWhileReading)
			.withStackTraceContaining("read-only transaction");
	}

	@Test
	void asyncReadGoesToReader() throws Exception {
		assertThat(this.notes.readingPortAsync().get(20, TimeUnit.SECONDS)).isIn(readerPorts());
	}

	@Test
	void sessionThatStaysOpenFindsTheRightServerForEachTransaction() {
		// As OpenEntityManagerInViewInterceptor does for a web request.
		EntityManager session = this.entityManagerFactory.createEntityManager();
		TransactionSynchronizationManager.bindResource(this.entityManagerFactory, new EntityManagerHolder(session));
		try {
			awaitReadFromReader();
			assertThat(this.notes.writingPort()).isEqualTo(this.cluster.writer().port());
		}
		finally {
			TransactionSynchronizationManager.unbindResource(this.entityManagerFactory);
			session.close();
		}
	}

	@Test
	void transactionHoldsOneConnectionFromItsFirstStatementOn() {
		assertThat(this.notes.borrowedBeforeAndAfterTheFirstStatement(this.pools, this.topology)).containsExactly(0, 1);
	}

	/**
	 * Waits until reads go to readers. The thread may have written just before.
	 */
	private void awaitReadFromReader() {
		Awaitility.await().pollInSameThread().until(this.notes::readingPort, readerPorts()::contains);
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	@Entity(name = "Note")
	static class Note {

		@Id
		@GeneratedValue
		private Long id;

		private String text;

		protected Note() {
		}

		Note(String text) {
			this.text = text;
		}

	}

	static class Notes {

		private final EntityManager entityManager;

		Notes(EntityManager entityManager) {
			this.entityManager = entityManager;
		}

		@Transactional
		public long add(String text) {
			Note note = new Note(text);
			this.entityManager.persist(note);
			return note.id;
		}

		@Transactional(readOnly = true)
		public String text(long id) {
			return this.entityManager.find(Note.class, id).text;
		}

		@Transactional
		public int writingPort() {
			return port();
		}

		@Transactional(readOnly = true)
		public int readingPort() {
			return port();
		}

		@Async
		@Transactional(readOnly = true)
		public CompletableFuture<Integer> readingPortAsync() {
			return CompletableFuture.completedFuture(port());
		}

		@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
		public String isolation() {
			return (String) this.entityManager.createNativeQuery("SELECT current_setting('transaction_isolation')")
				.getSingleResult();
		}

		@Transactional(readOnly = true)
		public void writeWhileReading() {
			this.entityManager.createQuery("delete from Note").executeUpdate();
		}

		@Transactional(readOnly = true)
		public List<Integer> borrowedBeforeAndAfterTheFirstStatement(InstancePools pools, TopologyProvider topology) {
			int before = borrowed(pools, topology);
			port();
			return List.of(before, borrowed(pools, topology));
		}

		private static int borrowed(InstancePools pools, TopologyProvider topology) {
			return topology.topology()
				.instances()
				.stream()
				.mapToInt((state) -> pools.pool(state.instance(), state.role()).activeConnections())
				.sum();
		}

		private int port() {
			return (Integer) this.entityManager.createNativeQuery("SELECT inet_server_port()").getSingleResult();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = JdbcSessionAutoConfiguration.class)
	@EnableAsync
	static class NotesApplication {

		@Bean
		Notes notes(EntityManager entityManager) {
			return new Notes(entityManager);
		}

	}

}
