package io.rdsboot.springai;

import java.util.function.Consumer;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Spring AI's own tests of what a store does.
 */
@LocalRds
class RdsVectorStoreContractTests extends BaseVectorStoreTests {

	private static TestStores stores;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		stores = new TestStores(cluster);
	}

	@AfterAll
	static void closeDatabase() {
		stores.close();
	}

	@Override
	protected void executeTest(Consumer<VectorStore> testFunction) {
		testFunction.accept(stores.store());
	}

}
