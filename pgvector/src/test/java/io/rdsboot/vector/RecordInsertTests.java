package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VectorRepository#insert} on PostgreSQL.
 */
class RecordInsertTests extends AbstractVectorDatabaseTests {

	@ParameterizedTest
	@ValueSource(strings = { "extended", "simple" })
	void conflictsAreNamedAndNothingIsStored(String queryMode) {
		VectorTable table = VectorTable.builder("conflicts_" + queryMode).idType(IdType.BIGINT).dimensions(2).build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<Long> repository = JdbcVectorRepository
			.of(new DriverManagerDataSource(dataSource.getJdbcUrl() + "?preferQueryMode=" + queryMode,
					dataSource.getUsername(), dataSource.getPassword()), table, Long.class);
		List<VectorRecord<Long>> shuffled = new ArrayList<>(records(0, 250));
		Collections.shuffle(shuffled, new Random(1));
		assertThat(repository.insert(shuffled)).isEqualTo(shuffled.stream().map(VectorRecord::id).toList());
		assertThat(repository.count()).isEqualTo(250);
		assertThat(repository.findById(249L)).contains(record(249));
		List<VectorRecord<Long>> overlapping = new ArrayList<>(records(240, 700));
		Collections.reverse(overlapping);
		assertThatExceptionOfType(RecordConflictException.class).isThrownBy(() -> repository.insert(overlapping))
			.withMessage("10 of 460 ids exist already in vector table %s, and nothing was stored: %s".formatted(table,
					"240, 241, 242, 243, 244, 245, 246, 247, 248, 249"))
			.satisfies((ex) -> assertThat(ex.getIds()).isEqualTo(LongStream.range(240, 250).boxed().toList()));
		assertThat(repository.count()).isEqualTo(250);
		assertThatExceptionOfType(RecordConflictException.class).isThrownBy(() -> repository.insert(record(1)));
		repository.insert(List.of());
	}

	@Test
	void transactionOfTheCallersGoesOnAfterAConflict() {
		VectorRepository<Long> repository = repository("goes_on");
		repository.insert(record(150));
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			repository.insert(record(1000));
			assertThatExceptionOfType(RecordConflictException.class)
				.isThrownBy(() -> repository.insert(records(0, 200)))
				.satisfies((ex) -> assertThat(ex.getIds()).containsExactly(150L));
			repository.insert(record(1001));
		});
		assertThat(repository.find(RecordQuery.all()).records()).extracting(VectorRecord::id)
			.containsExactly(150L, 1000L, 1001L);
	}

	@Test
	void idThatOccursTwiceIsRefused() {
		VectorRepository<Long> repository = repository("twice");
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.insert(List.of(record(1), record(2), record(1))))
			.withMessage("Record 2 (id 1) for vector table twice: id is that of record 0 too");
		assertThat(repository.count()).isZero();
	}

	@ParameterizedTest
	@EnumSource(IdType.class)
	void idsOfEachTypeAreNamed(IdType idType) {
		insert(idType, idType.javaType());
	}

	private <ID> void insert(IdType idType, Class<ID> idClass) {
		VectorTable table = VectorTable.builder("typed_" + idType).idType(idType).dimensions(2).build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<ID> repository = JdbcVectorRepository.of(dataSource, table, idClass);
		ID id = idClass.cast(switch (idType) {
			case UUID -> new UUID(1, 2);
			case TEXT -> "it's \ud83d\udc18";
			case BIGINT -> Long.MIN_VALUE;
			case INTEGER -> Integer.MIN_VALUE;
		});
		VectorRecord<ID> record = new VectorRecord<>(id, VectorValue.of(1, 2), "c", Map.of("a", 1));
		repository.insert(record);
		assertThatExceptionOfType(RecordConflictException.class).isThrownBy(() -> repository.insert(record))
			.satisfies((ex) -> assertThat(ex.getIds()).isEqualTo(List.of(id)));
	}

	@Test
	void recordsThatTwoInsertAtTheSameTimeAreThoseOfOne() throws Exception {
		VectorRepository<Long> repository = repository("raced");
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Future<Boolean>> results = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				List<VectorRecord<Long>> records = new ArrayList<>(records(0, 300));
				Collections.shuffle(records);
				results.add(threads.submit(() -> {
					try {
						repository.insert(records);
						return true;
					}
					catch (RecordConflictException ex) {
						assertThat(ex.getIds()).hasSize(300);
						return false;
					}
				}));
			}
			int inserted = 0;
			for (Future<Boolean> result : results) {
				inserted += result.get(60, TimeUnit.SECONDS) ? 1 : 0;
			}
			assertThat(inserted).isOne();
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(repository.count()).isEqualTo(300);
	}

	@Test
	void idOfAnotherTenantIsAConflict(LocalRdsCluster cluster) {
		VectorTable table = VectorTable.builder("owned")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("owner", KeyType.INTEGER)
			.tenant("owner")
			.build();
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("ALTER TABLE owned ENABLE ROW LEVEL SECURITY");
		jdbc.execute("CREATE POLICY tenants ON owned USING (owner = current_setting('rdsboot.tenant', true)::integer)");
		jdbc.execute("GRANT ALL ON owned TO " + cluster.username());
		AtomicReference<Integer> tenant = new AtomicReference<>(1);
		try (HikariDataSource service = VectorTestDatabase.asOrdinaryRole(cluster, dataSource)) {
			VectorRepository<Long> repository = JdbcVectorRepository.builder(service, table, Long.class)
				.tenantResolver(tenant::get)
				.build();
			repository.insert(record(1));
			tenant.set(2);
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> repository.insert(List.of(record(1), record(2))))
				.satisfies((ex) -> assertThat(((RecordConflictException) ex).getIds()).containsExactly(1L));
			assertThat(repository.count()).isZero();
			repository.insert(record(2));
			assertThat(repository.findById(2L).orElseThrow().metadata()).isEqualTo(Map.of("owner", 2));
		}
	}

	private static VectorRepository<Long> repository(String name) {
		VectorTable table = VectorTable.builder(name).idType(IdType.BIGINT).dimensions(2).build();
		new VectorTestTables(jdbc).create(table);
		return JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	private static List<VectorRecord<Long>> records(long from, long to) {
		return LongStream.range(from, to).mapToObj(RecordInsertTests::record).toList();
	}

	private static VectorRecord<Long> record(long id) {
		return new VectorRecord<>(id, new float[] { 1, id }, "c" + id);
	}

}
