/**
 * LangChain4j's embedding store over a vector repository.
 */
@NullMarked
package io.rdsboot.langchain4j;

import org.jspecify.annotations.NullMarked;
