package io.rdsboot.autoconfigure.vector;

import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Declaration of a vector repository that has been found valid. Immutable.
 *
 * @param name name of the bean
 * @param table the table
 * @param schema what is done about the table at start
 * @param indexManaged whether the index is to be built
 * @param searchLimits limits of its searches
 * @param targetRecall recall that its searches are tuned to, or {@code null} if they are
 * not
 */
record ConfiguredVectorRepository(String name, VectorTable table, RdsVectorProperties.SchemaMode schema,
		boolean indexManaged, SearchLimits searchLimits, @Nullable Double targetRecall) {

}
