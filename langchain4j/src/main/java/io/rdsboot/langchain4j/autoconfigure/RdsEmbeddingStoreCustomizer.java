package io.rdsboot.langchain4j.autoconfigure;

import io.rdsboot.langchain4j.RdsEmbeddingStore;

/**
 * Callback that changes how an embedding store is built, before it is. All beans of this
 * type are called for each store, in their order.
 */
@FunctionalInterface
public interface RdsEmbeddingStoreCustomizer {

	/**
	 * Customize the store of a repository.
	 * @param repository name of the repository, as in
	 * {@code rds.vector.repositories.<name>}
	 * @param builder the builder
	 */
	void customize(String repository, RdsEmbeddingStore.Builder builder);

}
