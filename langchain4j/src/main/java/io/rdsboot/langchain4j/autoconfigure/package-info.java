/**
 * Auto-configuration of embedding stores:
 * {@code rds.vector.repositories.<name>.langchain4j}.
 */
@NullMarked
package io.rdsboot.langchain4j.autoconfigure;

import org.jspecify.annotations.NullMarked;
