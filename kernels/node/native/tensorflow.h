// The part of TensorFlow's C API that custom ops need, as function pointers into the library that tfjs-node has loaded: the
// addon links to no version of it and needs no header of it. All types are opaque but TF_Buffer, whose layout is the API's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace losses {

struct TF_Status;
struct TF_Tensor;
struct TF_OpDefinitionBuilder;
struct TF_ShapeInferenceContext;
struct TF_KernelBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;
struct TF_Buffer {
  const void* data;
  size_t length;
  void (*deallocator)(void* data, size_t length);
};

// Values of TF_Code and TF_DataType, which are wire formats and never change.
constexpr int TF_OK = 0;
constexpr int TF_INVALID_ARGUMENT = 3;
constexpr int TF_FLOAT = 1;
constexpr int TF_INT32 = 3;

#define LOSSES_TENSORFLOW_FUNCTIONS(F)                                                                             \
  F(const char*, TF_Version, ())                                                                                   \
  F(TF_Status*, TF_NewStatus, ())                                                                                  \
  F(void, TF_DeleteStatus, (TF_Status*))                                                                           \
  F(void, TF_SetStatus, (TF_Status*, int code, const char* message))                                               \
  F(int, TF_GetCode, (const TF_Status*))                                                                           \
  F(const char*, TF_Message, (const TF_Status*))                                                                   \
  F(void, TF_DeleteBuffer, (TF_Buffer*))                                                                           \
  F(TF_Buffer*, TF_GetRegisteredKernelsForOp, (const char* name, TF_Status*))                                      \
  F(TF_OpDefinitionBuilder*, TF_NewOpDefinitionBuilder, (const char* name))                                        \
  F(void, TF_OpDefinitionBuilderAddAttr, (TF_OpDefinitionBuilder*, const char* spec))                              \
  F(void, TF_OpDefinitionBuilderAddInput, (TF_OpDefinitionBuilder*, const char* spec))                             \
  F(void, TF_OpDefinitionBuilderAddOutput, (TF_OpDefinitionBuilder*, const char* spec))                            \
  F(void, TF_OpDefinitionBuilderSetShapeInferenceFunction,                                                         \
    (TF_OpDefinitionBuilder*, void (*infer)(TF_ShapeInferenceContext*, TF_Status*)))                               \
  F(void, TF_ShapeInferenceContextSetUnknownShape, (TF_ShapeInferenceContext*, TF_Status*))                        \
  F(void, TF_RegisterOpDefinition, (TF_OpDefinitionBuilder*, TF_Status*))                                          \
  F(TF_KernelBuilder*, TF_NewKernelBuilder,                                                                        \
    (const char* op, const char* device, void* (*create)(TF_OpKernelConstruction*),                                \
     void (*compute)(void*, TF_OpKernelContext*), void (*destroy)(void*)))                                         \
  F(void, TF_RegisterKernelBuilder, (const char* name, TF_KernelBuilder*, TF_Status*))                             \
  F(int, TF_NumInputs, (TF_OpKernelContext*))                                                                      \
  F(void, TF_GetInput, (TF_OpKernelContext*, int index, TF_Tensor**, TF_Status*))                                  \
  F(TF_Tensor*, TF_AllocateOutput,                                                                                 \
    (TF_OpKernelContext*, int index, int dtype, const int64_t* shape, int rank, size_t bytes, TF_Status*))         \
  F(void, TF_OpKernelContext_Failure, (TF_OpKernelContext*, TF_Status*))                                           \
  F(void, TF_DeleteTensor, (TF_Tensor*))                                                                           \
  F(int, TF_TensorType, (const TF_Tensor*))                                                                        \
  F(int, TF_NumDims, (const TF_Tensor*))                                                                           \
  F(int64_t, TF_Dim, (const TF_Tensor*, int axis))                                                                 \
  F(size_t, TF_TensorByteSize, (const TF_Tensor*))                                                                 \
  F(void*, TF_TensorData, (const TF_Tensor*))

struct TensorFlow {
#define LOSSES_DECLARE(result, name, parameters) result(*name) parameters;
  LOSSES_TENSORFLOW_FUNCTIONS(LOSSES_DECLARE)
#undef LOSSES_DECLARE
};

/** Null, and `reason` says why, where no TensorFlow is loaded in this process or a function is missing in it. */
const TensorFlow* findTensorFlow(std::string* reason);

}  // namespace losses
