package io.rdsboot.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of where declared queries of JPA repositories are answered. The rows of the view
 * that they read tell the port of the server.
 */
@LocalRds(readers = 2)
@SpringBootTest(classes = JpaRepositoryRoutingTests.BooksApplication.class, properties = "spring.flyway.enabled=false")
class JpaRepositoryRoutingTests {

	private static final List<RoutingDecision> decisions = Collections.synchronizedList(new ArrayList<>());

	private final LocalRdsCluster cluster;

	private final Books books;

	private final JdbcTemplate jdbc;

	private final PlatformTransactionManager transactionManager;

	@Autowired
	JpaRepositoryRoutingTests(LocalRdsCluster cluster, Books books, JdbcTemplate jdbc,
			PlatformTransactionManager transactionManager) {
		this.cluster = cluster;
		this.books = books;
		this.jdbc = jdbc;
		this.transactionManager = transactionManager;
	}

	@BeforeEach
	void createBooks() {
		for (String statement : List.of("DROP TABLE IF EXISTS book CASCADE", "DROP SEQUENCE IF EXISTS borrowing",
				"CREATE TABLE book (id int PRIMARY KEY, title text, copies int NOT NULL)", "CREATE SEQUENCE borrowing",
				"CREATE VIEW served_book AS SELECT *, inet_server_port() AS port FROM book",
				"INSERT INTO book VALUES (1, 'Emma', 1), (2, 'Dubliners', 1), (3, 'Dubliners', 1)",
				"CREATE OR REPLACE FUNCTION lend(book int) RETURNS int LANGUAGE sql AS "
						+ "'UPDATE book SET copies = copies - 1 WHERE id = $1 RETURNING inet_server_port()'")) {
			this.jdbc.execute(statement);
		}
		this.cluster.awaitReplication();
		// The thread has written, and reads from readers once they are known to have it.
		Awaitility.await().pollInSameThread().until(() -> this.books.findById(1).orElseThrow().port, this::isReader);
		decisions.clear();
	}

	@Test
	void derivedQueriesGoToReaders() {
		assertThat(this.books.findByTitle("Emma").orElseThrow().port).satisfies(this::isReaderPort);
		assertThat(this.books.findByCopiesGreaterThan(0, PageRequest.of(0, 2))).hasSize(2)
			.allSatisfy((book) -> isReaderPort(book.port));
		assertThat(this.books.existsByTitle("Emma")).isTrue();
		assertThat(this.books.countByTitle("Dubliners")).isEqualTo(2);
		assertThat(this.books.first().port).satisfies(this::isReaderPort);
		assertThat(servingPorts()).isNotEmpty().allSatisfy(this::isReaderPort);
	}

	@Test
	void queriesOfAnnotationsGoToReaders() {
		assertThat(this.books.titled("Emma").port).satisfies(this::isReaderPort);
		assertThat(this.books.nativePort()).satisfies(this::isReaderPort);
		assertThat(this.books.shortNativePort()).satisfies(this::isReaderPort);
	}

	@Test
	void asynchronousQueryGoesToReader() throws Exception {
		assertThat(this.books.findByCopies(1).get(20, TimeUnit.SECONDS)).hasSize(3)
			.allSatisfy((book) -> isReaderPort(book.port));
	}

	@Test
	void readOnlyQueryLeavesNothingBehindForTheNextReads() {
		this.books.findByTitle("Emma");
		int port = inTransaction(this.books::nativePort);
		assertThat(port).isEqualTo(writerPort());
	}

	@Test
	void whatModifiesLocksOrDeletesGoesToTheWriter() {
		inTransaction(() -> {
			assertThat(this.books.rename(1, "Persuasion")).isOne();
			assertThat(this.books.findByIdAndCopies(2, 1).port).isEqualTo(writerPort());
			return null;
		});
		assertThat(this.books.nextBorrowing()).isOne();
		assertThat(this.books.lockedPort(1)).isEqualTo(writerPort());
		int deleted = inTransaction(
				() -> this.books.deleteByTitle("Persuasion") + this.books.removeAllByTitle("Dubliners"));
		assertThat(deleted).isEqualTo(3);
		assertThat(servingPorts()).isNotEmpty().containsOnly(writerPort());
	}

	@Test
	void derivedDeleteWithoutTransactionFailsAsWithoutUs() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.books.deleteByTitle("Emma"))
			.withMessageContaining("No EntityManager with actual transaction available");
	}

	@Test
	void modifyingQueryWithoutTransactionFailsAsWithoutUs() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.books.rename(1, "Persuasion"))
			.withMessageContaining("No active transaction for update or delete query");
	}

	@Test
	void streamNeedsATransactionAsWithoutUs() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.books.readAllByCopies(1))
			.withMessageContaining("surrounding transaction");
		List<Book> read = inTransaction(() -> {
			try (Stream<Book> all = this.books.readAllByCopies(1)) {
				return all.toList();
			}
		});
		assertThat(read).hasSize(3);
	}

	@Test
	void declaredTransactionWins() {
		assertThat(this.books.findByTitleAndCopies("Emma", 1).port).isEqualTo(writerPort());
		assertThat(this.books.lendInTransaction(1)).isEqualTo(writerPort());
		assertThat(this.books.withoutTransaction()).isEqualTo(writerPort());
	}

	@Test
	void queryTakesPartInTheTransactionThatIsThere() {
		inTransaction(() -> {
			assertThat(this.books.findByTitle("Emma").orElseThrow().port).isEqualTo(writerPort());
			assertThat(this.books.lend(1)).isEqualTo(writerPort());
			return null;
		});
		int port = inTransaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
				() -> this.books.findByTitle("Emma").orElseThrow().port);
		assertThat(port).isEqualTo(writerPort());
	}

	/**
	 * One that takes part in a transaction by an interceptor would mark it for rollback.
	 */
	@Test
	void failureOfAQueryLeavesTheSurroundingTransactionToItsOwner() {
		inTransaction(() -> {
			this.books.rename(1, "Persuasion");
			assertThatExceptionOfType(IncorrectResultSizeDataAccessException.class)
				.isThrownBy(() -> this.books.findByTitle("Dubliners"));
			return null;
		});
		assertThat(this.books.countByTitle("Persuasion")).isOne();
	}

	@Test
	void functionThatWritesIsRefusedWithTheMend() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> this.books.lend(1))
			.withMessageContaining("Books.lend writes")
			.withMessageContaining("@Transactional")
			.withMessageContaining("rds.routing.read-only-repository-queries=false")
			.withStackTraceContaining("cannot execute UPDATE in a read-only transaction");
		assertThat(this.jdbc.queryForObject("SELECT copies FROM book WHERE id = 1", Integer.class)).isOne();
	}

	private <T> T inTransaction(Supplier<T> work) {
		return inTransaction(TransactionDefinition.PROPAGATION_REQUIRED, work);
	}

	private <T> T inTransaction(int propagation, Supplier<T> work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(propagation);
		return template.execute((status) -> work.get());
	}

	private List<Integer> servingPorts() {
		return decisions.stream().map((decision) -> decision.instance().address().port()).toList();
	}

	private int writerPort() {
		return this.cluster.writer().port();
	}

	private boolean isReader(int port) {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).anyMatch((reader) -> reader == port);
	}

	private void isReaderPort(int port) {
		assertThat(port).matches(this::isReader, "is a reader's");
	}

	interface Books extends CrudRepository<Book, Integer> {

		Optional<Book> findByTitle(String title);

		List<Book> findByCopiesGreaterThan(int copies, PageRequest page);

		boolean existsByTitle(String title);

		long countByTitle(String title);

		Stream<Book> readAllByCopies(int copies);

		@Async
		CompletableFuture<List<Book>> findByCopies(int copies);

		default Book first() {
			return findByTitle("Emma").orElseThrow();
		}

		@Query("from Book b where b.title = :title")
		Book titled(String title);

		@Query(value = "SELECT inet_server_port()", nativeQuery = true)
		int nativePort();

		@NativeQuery("SELECT inet_server_port()")
		int shortNativePort();

		@Modifying
		@Query(value = "UPDATE book SET title = :title WHERE id = :id", nativeQuery = true)
		int rename(int id, String title);

		@Lock(LockModeType.PESSIMISTIC_READ)
		Book findByIdAndCopies(int id, int copies);

		@NativeQuery("SELECT nextval('borrowing')")
		long nextBorrowing();

		@NativeQuery("SELECT inet_server_port() FROM book WHERE id = :id FOR UPDATE")
		int lockedPort(int id);

		@NativeQuery("SELECT lend(:id)")
		int lend(int id);

		@Transactional
		@NativeQuery("SELECT lend(:id)")
		int lendInTransaction(int id);

		@Transactional(propagation = Propagation.SUPPORTS)
		@NativeQuery("SELECT inet_server_port()")
		int withoutTransaction();

		@Transactional
		Book findByTitleAndCopies(String title, int copies);

		int deleteByTitle(String title);

		int removeAllByTitle(String title);

	}

	@Entity(name = "Book")
	@Table(name = "served_book")
	static class Book {

		@Id
		int id;

		String title;

		int copies;

		int port;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableJpaRepositories(considerNestedRepositories = true)
	static class BooksApplication {

		@Bean
		RoutingListener recordingListener() {
			return decisions::add;
		}

	}

}
