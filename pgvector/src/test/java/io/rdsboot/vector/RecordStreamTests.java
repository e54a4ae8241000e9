package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for streams of rows.
 */
class RecordStreamTests extends AbstractRecordStreamTests {

	@Test
	void streamFollowsTheQueryAndIsOfOneMoment() {
		VectorRepository<Long> repository = numbered("streamed", 1000);
		RecordQuery query = RecordQuery.all().where("half = true").sortBy("number").descending();
		try (Stream<VectorRecord<Long>> stream = repository.stream(query)) {
			Iterator<VectorRecord<Long>> records = stream.iterator();
			assertThat(records.next())
				.isEqualTo(new VectorRecord<>(998L, (VectorValue) null, "c998", Map.of("number", 332, "half", true)));
			repository.deleteAll();
			List<Long> rest = new ArrayList<>();
			records.forEachRemaining((record) -> rest.add(record.id()));
			assertThat(rest).isEqualTo(LongStream.range(1, 500).mapToObj((i) -> 998 - 2 * i).toList());
		}
	}

	@Test
	void streamGoesOnFromAPositionAndEndsAtTheLimit() {
		VectorRepository<Long> repository = numbered("continued", 50);
		jdbc.execute("UPDATE continued SET number = NULL WHERE id % 5 = 0");
		RecordQuery query = RecordQuery.all().sortBy("number");
		for (RecordQuery each : List.of(query, query.descending(), query.nullsFirst(), query.descending().nullsFirst(),
				RecordQuery.all().descending())) {
			List<Long> all = ids(repository.stream(each));
			assertThat(all).hasSize(50);
			for (int size : new int[] { 1, 13, 45 }) {
				RecordWindow<Long> window = repository.find(each.limit(size));
				assertThat(window.records()).extracting(VectorRecord::id).isEqualTo(all.subList(0, size));
				assertThat(ids(repository.stream(each.after(window.next())))).isEqualTo(all.subList(size, 50));
				assertThat(ids(repository.stream(each.after(window.next()).limit(3))))
					.isEqualTo(all.subList(size, size + 3));
			}
		}
	}

	private static List<Long> ids(Stream<VectorRecord<Long>> stream) {
		try (stream) {
			return stream.map(VectorRecord::id).toList();
		}
	}

	@Test
	void streamOfItsOwnIsReadOnlyAndEndsWhereItIsClosed() {
		VectorRepository<Long> repository = numbered("own", 1000);
		jdbc.execute(
				"CREATE VIEW own_view AS SELECT id, embedding, current_setting('transaction_read_only') AS content, metadata FROM own");
		VectorTable view = VectorTable.builder("own_view").idType(IdType.BIGINT).dimensions(2).build();
		Stream<VectorRecord<Long>> stream = JdbcVectorRepository.of(dataSource, view, Long.class)
			.stream(RecordQuery.all());
		Iterator<VectorRecord<Long>> records = stream.iterator();
		assertThat(records.next().content()).isEqualTo("on");
		assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isOne();
		stream.close();
		stream.close();
		assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
		assertThatIllegalStateException().isThrownBy(records::next)
			.withMessage("stream of vector table own_view is closed");
		VectorTable missing = VectorTable.builder("missing").idType(IdType.BIGINT).dimensions(2).build();
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> JdbcVectorRepository.of(dataSource, missing, Long.class).stream(RecordQuery.all()))
			.withMessageContaining("missing");
		assertThat(repository.count()).isEqualTo(1000);
	}

	@Test
	void streamThatLosesItsServerHalfwayGivesItsConnectionBack() {
		VectorRepository<Long> repository = numbered("failing", 1000);
		try (Stream<VectorRecord<Long>> stream = repository.stream(RecordQuery.all())) {
			Iterator<VectorRecord<Long>> records = stream.iterator();
			records.next();
			assertThat(jdbc.queryForList("""
					SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE datname = current_database() AND state = 'idle in transaction'""")).hasSize(1);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> records.forEachRemaining((record) -> {
			}));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(stream::close);
		}
	}

	@Test
	void streamInATransactionTakesPartInIt() {
		VectorRepository<Long> repository = numbered("joined", 600);
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			repository.delete(0L);
			try (Stream<VectorRecord<Long>> stream = repository.stream(RecordQuery.all())) {
				Iterator<VectorRecord<Long>> records = stream.iterator();
				for (long id = 1; id < 600; id++) {
					assertThat(records.next().id()).isEqualTo(id);
					if (id % 100 == 0) {
						repository.update(id, RecordChange.none().put("seen", true));
					}
				}
				assertThat(records.hasNext()).isFalse();
			}
			assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isOne();
			status.setRollbackOnly();
		});
		assertThat(repository.count()).isEqualTo(600);
	}

	@Test
	void callForAnotherTenantBetweenTakesNoRowsFromAStream(LocalRdsCluster cluster) {
		VectorTable table = VectorTable.builder("shared")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("owner", KeyType.INTEGER)
			.tenant("owner")
			.build();
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("ALTER TABLE shared ENABLE ROW LEVEL SECURITY");
		jdbc.execute("CREATE POLICY tenants ON shared USING (owner::text = current_setting('rdsboot.tenant', true))");
		// Rows are read as they are fetched, not all at first to be sorted.
		jdbc.execute("ALTER ROLE %s IN DATABASE %s SET enable_sort = off".formatted(cluster.username(),
				jdbc.queryForObject("SELECT current_database()", String.class)));
		try (HikariDataSource service = VectorTestDatabase.asOrdinaryRole(cluster, dataSource)) {
			jdbc.execute("GRANT ALL ON shared TO " + cluster.username());
			AtomicReference<Integer> tenant = new AtomicReference<>(1);
			VectorRepository<Long> repository = JdbcVectorRepository.builder(service, table, Long.class)
				.tenantResolver(tenant::get)
				.build();
			repository.upsert(LongStream.range(0, 1000)
				.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, null))
				.toList());
			new TransactionTemplate(new JdbcTransactionManager(service)).executeWithoutResult((status) -> {
				try (Stream<VectorRecord<Long>> stream = repository.stream(RecordQuery.all())) {
					List<Long> read = new ArrayList<>();
					stream.forEachOrdered((record) -> {
						tenant.set(2);
						assertThat(repository.count()).isZero();
						read.add(record.id());
					});
					assertThat(read).hasSize(1000);
				}
			});
		}
	}

	@Test
	void tableIsLoadedFromAStreamOfAnother() {
		VectorRepository<Long> source = numbered("copied_from", 700);
		VectorRepository<Long> target = numbered("copied_to", 1);
		assertThat(target.load(source.stream(RecordQuery.all().withVectors()), LoadOptions.replace()).rows())
			.isEqualTo(700);
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> assertThat(
				target.load(source.stream(RecordQuery.all().withVectors()), LoadOptions.upsert()).rows())
			.isEqualTo(700));
		assertThat(ids(target.stream(RecordQuery.all())))
			.isEqualTo(LongStream.range(0, 700).boxed().collect(Collectors.toList()));
		assertThat(Objects.requireNonNull(target.findById(699L).orElseThrow().embedding()))
			.isEqualTo(VectorValue.of(1, 699));
	}

}
