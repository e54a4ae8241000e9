package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rdsboot.vector.AbstractOwnedTableTests;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for changes of a declaration, other than of its keys, while the version before
 * and the one after run on the same table.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RollingDeploymentTests extends AbstractOwnedTableTests {

	private static final MetadataFilter HOT = MetadataFilter.eq("kind", "it's");

	private final List<VectorIndexManager> managers = new ArrayList<>();

	@AfterEach
	void closeManagers() {
		this.managers.forEach(VectorIndexManager::close);
	}

	static Stream<Arguments> changes() {
		VectorTable plain = table(VectorIndex.hnsw(), List.of()).build();
		VectorTable hot = table(VectorIndex.hnsw(), List.of(HOT)).build();
		VectorTable lists = table(new VectorIndex.IvfFlat(2), List.of()).build();
		VectorTable broad = table(new VectorIndex.Hnsw(8, 100), List.of()).build();
		VectorTable none = table(VectorIndex.none(), List.of()).build();
		VectorTable further = table(VectorIndex.hnsw(), List.of()).vector(VectorColumn.of("image", 2)).build();
		return Stream.of(arguments(named("further vector column", plain), further),
				arguments(named("further vector column removed", further), plain),
				arguments(named("hot filter", plain), hot), arguments(named("hot filter removed", hot), plain),
				arguments(named("HNSW to IVFFlat", plain), lists), arguments(named("IVFFlat to HNSW", lists), plain),
				arguments(named("parameters of the index", plain), broad),
				arguments(named("index removed", plain), none), arguments(named("index added", none), plain));
	}

	@ParameterizedTest
	@MethodSource("changes")
	void bothVersionsFindAllRowsAndHaveTheirIndexes(VectorTable before, VectorTable after) {
		this.schema.migrate(before);
		VectorRepository<Long> old = JdbcVectorRepository.of(dataSource, before, Long.class);
		old.load(LongStream.range(0, 100).mapToObj((id) -> record(before, id)), LoadOptions.insert());
		awaitReady(start(before), before);
		this.schema.migrate(after);
		VectorRepository<Long> latest = JdbcVectorRepository.of(dataSource, after, Long.class);
		awaitReady(start(after), after);
		long id = 100;
		for (VectorRepository<Long> writer : List.of(old, latest, old, latest)) {
			writer.upsert(record(writer.table(), id));
			writer.load(Stream.of(record(writer.table(), id - 100), record(writer.table(), id + 1)),
					LoadOptions.upsert());
			id += 2;
			for (VectorRepository<Long> reader : List.of(old, latest)) {
				assertFound(reader, id);
			}
			// An instance of the other version is started again.
			this.schema.migrate(before);
			this.schema.validate(before);
			this.schema.migrate(after);
			this.schema.validate(after);
		}
		awaitReady(start(before), before);
		awaitReady(start(after), after);
		if (after.vectors().size() > 1) {
			assertThat(latest.search(VectorSearch.nearest(new float[] { 1, 1 }).in("image").limit(200)))
				.extracting(VectorMatch::id)
				.contains(102L, 103L, 106L, 107L);
		}
	}

	private static void assertFound(VectorRepository<Long> reader, long ids) {
		List<Long> all = LongStream.range(0, ids).boxed().toList();
		List<Long> hot = LongStream.range(0, ids).filter((id) -> id % 10 == 0).boxed().toList();
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 3 }).limit(200);
		assertThat(reader.search(search)).extracting(VectorMatch::id).containsExactlyInAnyOrderElementsOf(all);
		assertThat(reader.search(search.exact())).extracting(VectorMatch::id).containsExactlyInAnyOrderElementsOf(all);
		assertThat(reader.search(search.where(HOT))).extracting(VectorMatch::id)
			.containsExactlyInAnyOrderElementsOf(hot);
		assertThat(reader.search(search.limit(5).where(HOT))).hasSize(5);
		assertThat(reader.findAllById(all)).hasSize(all.size());
	}

	/**
	 * The version before goes on to see its tenant's rows alone, because it asks for no
	 * others.
	 */
	@Test
	void tenantsThatAreRemovedAreRefusedWithTheStatementsThatLetBothVersionsRun() {
		VectorTable before = table(VectorIndex.hnsw(), List.of()).tenant("kind").build();
		VectorTable after = table(VectorIndex.hnsw(), List.of()).build();
		this.schema.migrate(before);
		VectorRepository<Long> old = JdbcVectorRepository.builder(dataSource, before, Long.class)
			.tenantResolver(() -> "a")
			.build();
		VectorRepository<Long> latest = JdbcVectorRepository.of(dataSource, after, Long.class);
		old.upsert(new VectorRecord<>(1L, new float[] { 1, 2 }, null));
		assertThat(latest.count()).isZero();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(after))
			.satisfies((ex) -> ex.getAction().lines().skip(1).forEach(jdbc::execute));
		this.schema.migrate(after);
		old.upsert(new VectorRecord<>(2L, new float[] { 1, 2 }, null));
		latest.upsert(new VectorRecord<>(3L, new float[] { 1, 2 }, null, Map.of("kind", "a")));
		latest.upsert(new VectorRecord<>(4L, new float[] { 1, 2 }, null, Map.of("kind", "b")));
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 3 });
		assertThat(latest.search(search)).extracting(VectorMatch::id).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
		assertThat(old.search(search)).extracting(VectorMatch::id).containsExactlyInAnyOrder(1L, 2L, 3L);
		assertThat(old.delete(4L)).isFalse();
		assertThat(latest.findById(4L)).isPresent();
	}

	/**
	 * A key that was moved to another column has lost nothing.
	 */
	@Test
	void columnWhoseDeclarationWasRemovedIsReportedOnceWhereItsValuesAreLost() {
		VectorTable plain = table(VectorIndex.hnsw(), List.of()).build();
		VectorTable colours = colours(new MetadataColumn("colour", "colour", KeyType.TEXT, true));
		VectorTable moving = colours(
				new MetadataColumn("colour", "a \"colour", KeyType.TEXT, true, new KeyPlace(KeyType.TEXT, "colour")));
		VectorTable moved = colours(new MetadataColumn("colour", "a \"colour", KeyType.TEXT, true));
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger(IndexReconciler.class.getPackageName());
		log.start();
		logger.addAppender(log);
		try {
			this.schema.migrate(colours);
			JdbcVectorRepository.of(dataSource, colours, Long.class)
				.upsert(new VectorRecord<>(1L, new float[] { 1, 2 }, null, Map.of("colour", "red")));
			awaitReady(start(colours), colours);
			this.schema.migrate(moving);
			awaitReady(start(moving), moving);
			this.schema.migrate(moved);
			awaitReady(start(moved), moved);
			awaitDropOf("colour", log);
			assertThat(warnings(log)).isEmpty();
			this.schema.migrate(plain);
			awaitReady(start(plain), plain);
			awaitDropOf("a \"colour", log);
			assertThat(warnings(log)).containsExactly("Column a \"colour of vector table documents was declared and is "
					+ "not any more: its values are neither found nor read, and new rows have none. Declare its key "
					+ "again, with what it was formerly if it is stored elsewhere from now on. If nobody needs the "
					+ "values: ALTER TABLE \"documents\" DROP COLUMN \"a \"\"colour\";");
		}
		finally {
			logger.detachAppender(log);
		}
	}

	private static VectorTable colours(MetadataColumn key) {
		return table(VectorIndex.hnsw(), List.of()).key(key).build();
	}

	/**
	 * An index is said to be dropped in some time after what its column has lost.
	 */
	private static void awaitDropOf(String column, ListAppender<ILoggingEvent> log) {
		String name = jdbc.queryForObject(
				"SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a "
						+ "ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
						+ "WHERE i.indrelid = 'documents'::regclass AND a.attname = ?",
				String.class, column);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> messages(log, Level.INFO).anyMatch((message) -> message
				.startsWith("Index %s of vector table documents is not declared any more".formatted(name))));
	}

	private static List<String> warnings(ListAppender<ILoggingEvent> log) {
		return messages(log, Level.WARN).toList();
	}

	private static Stream<String> messages(ListAppender<ILoggingEvent> log, Level level) {
		return List.copyOf(log.list)
			.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage);
	}

	private static VectorTable.Builder table(VectorIndex index, List<MetadataFilter> hotFilters) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.embedding(new VectorColumn("embedding", ElementType.VECTOR, 2, Distance.L2, index, null, hotFilters))
			.key("kind", KeyType.TEXT);
	}

	private static VectorRecord<Long> record(VectorTable table, long id) {
		VectorRecord<Long> record = new VectorRecord<>(id, new float[] { 1, id }, "content",
				Map.of("kind", (id % 10 == 0) ? "it's" : "other", "id", id));
		return (table.vectors().size() > 1) ? record.withVector("image", VectorValue.of(id, 1)) : record;
	}

	private VectorIndexManager start(VectorTable table) {
		VectorIndexManager manager = VectorIndexManager.builder(dataSource, List.of(table))
			.application("orders")
			.retryInterval(Duration.ofMillis(50))
			.buildTimeout(Duration.ofMinutes(1))
			.dropDelay(Duration.ofMinutes(15))
			.build();
		this.managers.add(manager);
		manager.start();
		return manager;
	}

	/**
	 * A further column has no index before it has values.
	 */
	private static void awaitReady(VectorIndexManager manager, VectorTable table) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(manager.status()).as("%s", table)
				.isNotEmpty()
				.allMatch((status) -> status.state() == State.READY
						|| (status.state() == State.WAITING_FOR_DATA && status.purpose().equals("image"))));
	}

}
