package io.rdsboot.langchain4j;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreAddAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreRemoveAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * LangChain4j's own contract of an embedding store, without any of the exceptions that it
 * allows: what a store does, finds by metadata, and removes. The first of these classes
 * extends those without filters.
 */
@LocalRds
class EmbeddingStoreContractTests {

	private static final EmbeddingModel MODEL = new HashedEmbeddingModel();

	private static HikariDataSource database;

	private static RdsEmbeddingStore uuids;

	private static RdsEmbeddingStore texts;

	@BeforeAll
	static void createStores(LocalRdsCluster cluster) {
		database = VectorTestDatabase.create(cluster);
		uuids = store("uuids", IdType.UUID);
		texts = store("texts", IdType.TEXT);
	}

	private static RdsEmbeddingStore store(String name, IdType idType) {
		VectorTable table = VectorTable.builder(name)
			.dimensions(HashedEmbeddingModel.DIMENSIONS)
			.idType(idType)
			.textSearch(TextSearch.of("simple"))
			.build();
		new VectorSchema(database).migrate(List.of(table));
		return RdsEmbeddingStore.builder(JdbcVectorRepository.of(database, table, idType.javaType())).build();
	}

	@AfterAll
	static void closePool() {
		database.close();
	}

	@Nested
	class WithUuids extends EmbeddingStoreWithFilteringIT
			implements EmbeddingStoreAddAllContract, EmbeddingStoreRemoveAllContract {

		@Override
		public EmbeddingStore<TextSegment> embeddingStore() {
			return uuids;
		}

		@Override
		protected EmbeddingModel embeddingModel() {
			return MODEL;
		}

		@Override
		protected void clearStore() {
			uuids.removeAll();
		}

		@Override
		protected boolean supportsContains() {
			return true;
		}

	}

	@Nested
	class WithTexts extends EmbeddingStoreWithFilteringIT
			implements EmbeddingStoreAddAllContract, EmbeddingStoreRemoveAllContract {

		@Override
		public EmbeddingStore<TextSegment> embeddingStore() {
			return texts;
		}

		@Override
		protected EmbeddingModel embeddingModel() {
			return MODEL;
		}

		@Override
		protected void clearStore() {
			texts.removeAll();
		}

		@Override
		protected boolean supportsContains() {
			return true;
		}

	}

	@Nested
	class RemovalWithUuids extends EmbeddingStoreWithRemovalIT {

		@BeforeEach
		void clear() {
			uuids.removeAll();
		}

		@Override
		protected EmbeddingStore<TextSegment> embeddingStore() {
			return uuids;
		}

		@Override
		protected EmbeddingModel embeddingModel() {
			return MODEL;
		}

	}

	@Nested
	class RemovalWithTexts extends EmbeddingStoreWithRemovalIT {

		@BeforeEach
		void clear() {
			texts.removeAll();
		}

		@Override
		protected EmbeddingStore<TextSegment> embeddingStore() {
			return texts;
		}

		@Override
		protected EmbeddingModel embeddingModel() {
			return MODEL;
		}

	}

}
