package io.rdsboot.failover;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.rdsboot.HeldCommits;
import io.rdsboot.routing.failure.CommitOutcomeUnknownException;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what becomes of work that uses an {@link EntityManager} outside of any
 * repository when the writer is lost, by the moment that it is lost at.
 */
@SpringBootTest(classes = JpaLostWriterTests.ParcelsApplication.class,
		properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.flyway.enabled=false" })
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
class JpaLostWriterTests {

	private final LocalRdsCluster cluster;

	private final RdsRetry retry;

	private final EntityManager entityManager;

	private final TransactionTemplate transaction;

	private final AtomicInteger attempts = new AtomicInteger();

	@Autowired
	JpaLostWriterTests(LocalRdsCluster cluster, RdsRetry retry, EntityManager entityManager,
			PlatformTransactionManager transactionManager) {
		this.cluster = cluster;
		this.retry = retry;
		this.entityManager = entityManager;
		this.transaction = new TransactionTemplate(transactionManager);
		cluster.awaitReplication();
	}

	@Test
	void lossBetweenStatementsIsRepeated() {
		this.retry.executeWithoutResult((status) -> {
			insert(1);
			failOverOnce();
			insert(2);
		});
		assertThat(this.attempts).hasValue(2);
		assertThat(parcels()).isEqualTo(2);
	}

	@Test
	void lossBeforeTheFlushAtTheCommitIsRepeated() {
		this.retry.executeWithoutResult((status) -> {
			insert(1);
			this.entityManager.persist(new Parcel(2));
			failOverOnce();
		});
		assertThat(this.attempts).hasValue(2);
		assertThat(parcels()).isEqualTo(2);
	}

	@Test
	void lossDuringTheCommitIsNeverRepeated() throws Exception {
		HeldCommits commits = HeldCommits.on(this.cluster);
		CompletableFuture<Throwable> failure = CompletableFuture
			.supplyAsync(() -> catchThrowable(() -> this.retry.executeWithoutResult((status) -> {
				this.attempts.incrementAndGet();
				this.entityManager.persist(new Parcel(1));
			})));
		commits.await("COMMIT");
		this.cluster.crash(this.cluster.writer());
		assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(TransactionOutcomeUnknownException.class)
			.satisfies((ex) -> assertThat(ex).hasStackTraceContaining(CommitOutcomeUnknownException.class.getName()));
		assertThat(this.attempts).hasValue(1);
	}

	/**
	 * After the transaction, nothing tells that the statement was a part of one.
	 */
	@Test
	void untranslatedLossIsNotTakenForSafeByItself() {
		Throwable raw = catchThrowable(() -> inTransaction((manager) -> {
			insert(1);
			this.cluster.failover();
			insert(2);
		}));
		assertThat(raw).isInstanceOf(PersistenceException.class);
		assertThat(new SafeToRepeat().test(raw)).isFalse();
	}

	@Test
	void commitOfAFlushThatFailedHasAKnownOutcome() {
		Throwable failure = catchThrowable(() -> inTransaction((manager) -> {
			insert(1);
			manager.persist(new Parcel(2));
			this.cluster.failover();
		}));
		assertThat(failure).isInstanceOf(TransactionNotCommittedException.class);
		assertThat(new SafeToRepeat().test(failure)).isTrue();
	}

	private void inTransaction(Consumer<EntityManager> work) {
		this.transaction.executeWithoutResult((status) -> work.accept(this.entityManager));
	}

	private void failOverOnce() {
		if (this.attempts.incrementAndGet() == 1) {
			this.cluster.failover();
		}
	}

	private void insert(int id) {
		this.entityManager.createNativeQuery("INSERT INTO parcel VALUES (:id)").setParameter("id", id).executeUpdate();
	}

	private int parcels() {
		return this.transaction
			.execute((status) -> ((Number) this.entityManager.createNativeQuery("SELECT count(*) FROM parcel")
				.getSingleResult()).intValue());
	}

	@Entity(name = "Parcel")
	static class Parcel {

		@Id
		private int id;

		protected Parcel() {
		}

		Parcel(int id) {
			this.id = id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ParcelsApplication {

		@Bean(destroyMethod = "close")
		LocalRdsCluster cluster() {
			return LocalRdsCluster.builder().readers(1).start();
		}

	}

}
