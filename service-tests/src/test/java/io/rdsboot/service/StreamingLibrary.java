package io.rdsboot.service;

import java.util.Iterator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.hibernate.ScrollMode;
import org.hibernate.ScrollableResults;
import org.hibernate.Session;
import org.hibernate.query.SelectionQuery;
import org.jooq.DSLContext;
import org.mybatis.spring.SqlSessionTemplate;

import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.database.JdbcCursorItemReader;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The libraries that hand out rows before they have read all of them, each in the way
 * that its documentation shows.
 */
enum StreamingLibrary {

	SPRING {

		@Override
		StreamedRows open(ApplicationContext service) {
			JdbcTemplate jdbc = new JdbcTemplate(service.getBean(DataSource.class));
			jdbc.setFetchSize(FETCH_SIZE);
			Stream<StreamedRow> stream = jdbc.queryForStream(SQL,
					(resultSet, number) -> new StreamedRow(resultSet.getInt("id"), resultSet.getInt("port")));
			return new StreamedRows(stream.iterator(), stream::close);
		}

	},

	JOOQ {

		@Override
		StreamedRows open(ApplicationContext service) {
			org.jooq.Cursor<org.jooq.Record> cursor = service.getBean(DSLContext.class)
				.resultQuery(SQL)
				.fetchSize(FETCH_SIZE)
				.fetchLazy();
			return new StreamedRows(cursor.stream().map((row) -> row.into(StreamedRow.class)).iterator(),
					cursor::close);
		}

	},

	MYBATIS {

		/**
		 * Outside a transaction, a template would close the session, and with it the
		 * cursor, before it returns it.
		 */
		@Override
		StreamedRows open(ApplicationContext service) {
			if (TransactionSynchronizationManager.isActualTransactionActive()) {
				Cursor<StreamedRow> cursor = service.getBean(SqlSessionTemplate.class)
					.getMapper(StreamedRowMapper.class)
					.rows();
				return new StreamedRows(cursor.iterator(), cursor::close);
			}
			SqlSession session = service.getBean(SqlSessionFactory.class).openSession();
			Cursor<StreamedRow> cursor = session.getMapper(StreamedRowMapper.class).rows();
			return new StreamedRows(cursor.iterator(), () -> {
				cursor.close();
				session.close();
			});
		}

	},

	SPRING_BATCH {

		/**
		 * A reader has a connection of its own, transaction or not.
		 */
		@Override
		StreamedRows open(ApplicationContext service) {
			JdbcCursorItemReader<StreamedRow> reader = new JdbcCursorItemReaderBuilder<StreamedRow>().name("rows")
				.dataSource(service.getBean(DataSource.class))
				.fetchSize(FETCH_SIZE)
				.sql(SQL)
				.dataRowMapper(StreamedRow.class)
				.build();
			reader.open(new ExecutionContext());
			Stream<StreamedRow> rows = Stream.iterate(read(reader), (row) -> row != null, (row) -> read(reader));
			return new StreamedRows(rows.iterator(), reader::close);
		}

		private StreamedRow read(JdbcCursorItemReader<StreamedRow> reader) {
			try {
				return reader.read();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	},

	JPA_STREAM {

		@Override
		StreamedRows open(ApplicationContext service) {
			EntityManager entityManager = entityManager(service);
			Stream<StreamedRow> stream = query(entityManager).getResultStream();
			return new StreamedRows(stream.iterator(), () -> {
				stream.close();
				close(entityManager);
			});
		}

	},

	HIBERNATE_SCROLL {

		@Override
		StreamedRows open(ApplicationContext service) {
			return scroll(entityManager(service), ScrollMode.FORWARD_ONLY);
		}

	},

	HIBERNATE_SCROLL_BACK_AND_FORTH {

		@Override
		StreamedRows open(ApplicationContext service) {
			return scroll(entityManager(service), ScrollMode.SCROLL_INSENSITIVE);
		}

	};

	static final String SQL = "SELECT id, inet_server_port() AS port FROM streamed WHERE id > 0 ORDER BY id";

	private static final int FETCH_SIZE = 10;

	/**
	 * Begins to read rows, in the present transaction if there is one.
	 */
	abstract StreamedRows open(ApplicationContext service);

	/**
	 * Returns whether Hibernate's sessions get the connections.
	 */
	boolean isOfHibernate() {
		return this == JPA_STREAM || this == HIBERNATE_SCROLL || this == HIBERNATE_SCROLL_BACK_AND_FORTH;
	}

	private static EntityManager entityManager(ApplicationContext service) {
		EntityManagerFactory factory = service.getBean(EntityManagerFactory.class);
		EntityManager ofTransaction = EntityManagerFactoryUtils.getTransactionalEntityManager(factory);
		return (ofTransaction != null) ? ofTransaction : factory.createEntityManager();
	}

	private static void close(EntityManager entityManager) {
		if (!TransactionSynchronizationManager.isActualTransactionActive() && entityManager.isOpen()) {
			entityManager.close();
		}
	}

	private static SelectionQuery<StreamedRow> query(EntityManager entityManager) {
		return entityManager.unwrap(Session.class)
			.createSelectionQuery(
					"select s.id, cast(function('inet_server_port') as integer) from Streamed s where s.id > 0 order by s.id",
					StreamedRow.class)
			.setFetchSize(FETCH_SIZE);
	}

	private static StreamedRows scroll(EntityManager entityManager, ScrollMode mode) {
		ScrollableResults<StreamedRow> results = query(entityManager).scroll(mode);
		Iterator<StreamedRow> rows = Stream
			.iterate(results.next() ? results.get() : null, (row) -> row != null,
					(row) -> results.next() ? results.get() : null)
			.iterator();
		return new StreamedRows(rows, () -> {
			results.close();
			close(entityManager);
		});
	}

}
