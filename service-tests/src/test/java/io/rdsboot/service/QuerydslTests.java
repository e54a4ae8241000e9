package io.rdsboot.service;

import java.util.List;
import java.util.stream.Stream;

import com.querydsl.core.types.dsl.Expressions;
import com.querydsl.core.types.dsl.NumberExpression;
import com.querydsl.core.types.dsl.NumberPath;
import com.querydsl.core.types.dsl.PathBuilder;
import com.querydsl.jpa.impl.JPAQueryFactory;
import io.rdsboot.routing.consistency.ConsistencySession;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of where Querydsl's queries on JPA go.
 */
@PersistenceTest
class QuerydslTests {

	private static final PathBuilder<Book> BOOK = new PathBuilder<>(Book.class, "book");

	private static final NumberPath<Integer> COPIES = BOOK.getNumber("copies", Integer.class);

	private static final NumberExpression<Integer> PORT = Expressions.numberTemplate(Integer.class,
			"cast(function('inet_server_port') as integer)");

	private final ClusterView view;

	private final JPAQueryFactory queries;

	private ConsistencySession.Binding session;

	@Autowired
	QuerydslTests(ClusterView view, EntityManager entityManager) {
		this.view = view;
		this.queries = new JPAQueryFactory(entityManager);
	}

	@BeforeAll
	static void createBooks(@Autowired JdbcTemplate jdbc) {
		jdbc.execute("CREATE TABLE book (id int PRIMARY KEY, copies int)");
		jdbc.update("INSERT INTO book SELECT id, 1 FROM generate_series(1, 3) AS id");
	}

	@BeforeEach
	void begin() {
		this.session = ConsistencySession.open().bind();
	}

	@AfterEach
	void end() {
		this.session.close();
	}

	@Test
	void queriesAreReadFromReadersAndUpdatesGoToTheWriter() {
		int writing = this.view.inTransaction(false, () -> {
			assertThat(this.queries.update(BOOK).set(COPIES, COPIES.add(1)).execute()).isEqualTo(3);
			return this.queries.select(PORT).from(BOOK).fetchFirst();
		});
		assertThat(writing).isEqualTo(this.view.writerPort());
		assertThat(copies()).as("right after the update").containsOnly(2);
		this.view.awaitReadFromReader();
		List<Integer> reading = this.view.inTransaction(true, () -> {
			try (Stream<Integer> ports = this.queries.select(PORT).from(BOOK).stream()) {
				ports.findFirst();
			}
			return this.queries.select(PORT).from(BOOK).where(COPIES.eq(2)).fetch();
		});
		assertThat(reading).hasSize(3).isSubsetOf(this.view.readerPorts());
		int outside = this.queries.select(PORT).from(BOOK).fetchFirst();
		assertThat(outside).isIn(this.view.readerPorts());
		assertThat(this.view.borrowed()).isZero();
	}

	private List<Integer> copies() {
		return this.view.inTransaction(true, () -> this.queries.select(COPIES).from(BOOK).fetch());
	}

	@Entity(name = "Book")
	static class Book {

		@Id
		private Integer id;

		private Integer copies;

	}

}
