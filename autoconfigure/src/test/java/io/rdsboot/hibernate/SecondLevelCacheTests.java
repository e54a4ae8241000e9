package io.rdsboot.hibernate;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.awaitility.Awaitility;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.jpa.HibernateHints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of Hibernate's second-level cache beside a reader that lags: what another session
 * reads there must not be served from the cache to the one who wrote.
 */
@LocalRds(readers = 1)
@SpringBootTest(classes = SecondLevelCacheTests.PricesApplication.class, properties = {
		"spring.jpa.hibernate.ddl-auto=create", "spring.flyway.enabled=false",
		"spring.jpa.properties.hibernate.cache.region.factory_class=jcache",
		"spring.jpa.properties.hibernate.cache.use_query_cache=true",
		"spring.jpa.properties.hibernate.generate_statistics=true",
		"spring.jpa.properties.hibernate.javax.cache.missing_cache_strategy=create",
		"spring.jpa.properties.hibernate.javax.cache.provider=com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider" })
class SecondLevelCacheTests {

	private final LocalRdsCluster cluster;

	private final EntityManager entityManager;

	private final SessionFactory sessions;

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	/**
	 * The thread of another session, which has written nothing.
	 */
	private final ExecutorService other = Executors.newSingleThreadExecutor();

	@Autowired
	SecondLevelCacheTests(LocalRdsCluster cluster, EntityManager entityManager, EntityManagerFactory factory,
			PlatformTransactionManager transactionManager) {
		this.cluster = cluster;
		this.entityManager = entityManager;
		this.sessions = factory.unwrap(SessionFactory.class);
		this.writing = new TransactionTemplate(transactionManager);
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
	}

	@BeforeEach
	void createPrice() {
		this.writing.executeWithoutResult((status) -> {
			this.entityManager.createQuery("delete from Price").executeUpdate();
			this.entityManager.persist(new Price(1, 100));
			this.entityManager.merge(new Stock(1, 100));
		});
		this.cluster.awaitReplication();
		// Caught up as far as the monitor knows, too.
		awaitCached();
		this.cluster.pauseReplay(this.cluster.readers().get(0));
		raise();
	}

	@AfterEach
	void resume() {
		this.cluster.resumeReplay(this.cluster.readers().get(0));
		this.other.shutdownNow();
	}

	@Test
	void rowOfALaggingReaderDoesNotGetIntoTheCache() {
		assertThat(byOther(this::amount)).as("of the lagging reader").isEqualTo(100);
		assertThat(this.sessions.getCache().contains(Price.class, 1)).isFalse();
		int own = this.reading.execute((status) -> amount());
		assertThat(own).isEqualTo(101);
	}

	@Test
	void updateThatReadsTheCacheLosesNothing() {
		byOther(this::amount);
		raise();
		int raised = this.writing.execute((status) -> amount());
		assertThat(raised).isEqualTo(102);
	}

	@Test
	void resultOfAQueryOnALaggingReaderDoesNotGetIntoTheCache() {
		assertThat(byOther(this::amounts)).as("of the lagging reader").containsExactly(100);
		List<Integer> own = this.reading.execute((status) -> amounts());
		assertThat(own).containsExactly(101);
	}

	/**
	 * Whoever writes leaves the new row in such a cache, until it expires or is evicted.
	 */
	@Test
	void rowOfALaggingReaderDoesNotGetIntoAReadWriteCache() {
		int raised = this.writing.execute((status) -> ++this.entityManager.find(Stock.class, 1).pieces);
		assertThat(byOther(this::pieces)).as("from the cache").isEqualTo(raised);
		this.sessions.getCache().evict(Stock.class);
		assertThat(byOther(this::pieces)).as("of the lagging reader").isEqualTo(100);
		assertThat(this.sessions.getCache().contains(Stock.class, 1)).isFalse();
		int own = this.writing.execute((status) -> ++this.entityManager.find(Stock.class, 1).pieces);
		assertThat(own).isEqualTo(raised + 1);
	}

	@Test
	void cacheIsFilledAgainOnceTheReaderHasCaughtUp() {
		byOther(this::amount);
		this.cluster.resumeReplay(this.cluster.readers().get(0));
		awaitCached();
		long hits = this.sessions.getStatistics().getSecondLevelCacheHitCount();
		assertThat(byOther(this::amount)).isEqualTo(101);
		assertThat(this.sessions.getStatistics().getSecondLevelCacheHitCount()).isEqualTo(hits + 1);
	}

	private void awaitCached() {
		Awaitility.await().until(() -> {
			byOther(this::amount);
			return this.sessions.getCache().contains(Price.class, 1);
		});
	}

	private <T> T byOther(Supplier<T> work) {
		try {
			return this.other.submit(() -> this.reading.execute((status) -> work.get())).get(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void raise() {
		this.writing.executeWithoutResult((status) -> this.entityManager.find(Price.class, 1).amount++);
	}

	private int amount() {
		return this.entityManager.find(Price.class, 1).amount;
	}

	private int pieces() {
		return this.entityManager.find(Stock.class, 1).pieces;
	}

	private List<Integer> amounts() {
		return this.entityManager.createQuery("select amount from Price", Integer.class)
			.setHint(HibernateHints.HINT_CACHEABLE, true)
			.getResultList();
	}

	@Entity(name = "Price")
	@Cacheable
	@Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
	static class Price {

		@Id
		private int id;

		private int amount;

		protected Price() {
		}

		Price(int id, int amount) {
			this.id = id;
			this.amount = amount;
		}

	}

	@Entity(name = "Stock")
	@Cacheable
	@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
	static class Stock {

		@Id
		private int id;

		private int pieces;

		protected Stock() {
		}

		Stock(int id, int pieces) {
			this.id = id;
			this.pieces = pieces;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class PricesApplication {

	}

}
