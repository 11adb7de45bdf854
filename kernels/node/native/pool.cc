#include "pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "denormals.h"

namespace losses {
namespace {

struct Job {
  void (*work)(const void*, int64_t, int64_t);
  const void* context;
  int64_t units;
  int64_t part;
  std::atomic<int64_t> next{0};

  void takeParts() {
    const KeepDenormals keep;
    for (;;) {
      const int64_t begin = next.fetch_add(part);
      if (begin >= units) return;
      work(context, begin, std::min(units, begin + part));
    }
  }
};

/** Tells the processor that a loop waits. */
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/**
 * How often to look whether the others are done before going to sleep: 0.1 to 0.2 ms. They are at their last part, which takes less
 * as a rule, and being woken takes 50 µs.
 */
constexpr int kLooks = 4000;

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; i++) std::thread([this] { serve(); }).detach();
  }

  void run(Job& job) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      job_ = &job;
      generation_++;
    }
    wake_.notify_all();
    job.takeParts();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      // Who has not begun by now finds no job; who has is waited for.
      job_ = nullptr;
    }
    for (int i = 0; i < kLooks && busy_.load() > 0; i++) pause();
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_.load() == 0; });
  }

 private:
  void serve() {
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return generation_ != seen && job_ != nullptr; });
      seen = generation_;
      Job* job = job_;
      busy_++;
      lock.unlock();
      job->takeParts();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  Job* job_ = nullptr;
  uint64_t generation_ = 0;
  std::atomic<int> busy_{0};
};

int countThreads() {
  // TensorFlow's own variable: who limits its threads means these too.
  const char* limit = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int asked = limit == nullptr ? 0 : std::atoi(limit);
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return asked > 0 ? std::min(asked, processors) : processors;
}

}  // namespace

int threadCount() {
  static const int count = countThreads();
  return count;
}

void forParts(int64_t units, bool parallel, void (*work)(const void*, int64_t, int64_t), const void* context) {
  if (units <= 0) return;
  Job job;
  job.work = work;
  job.context = context;
  job.units = units;
  job.part = units;
  static std::mutex one;
  // Another thread of JavaScript may be at work with the pool: this one then works alone.
  std::unique_lock<std::mutex> lock(one, std::defer_lock);
  if (!parallel || threadCount() == 1 || units == 1 || !lock.try_lock()) {
    job.takeParts();
    return;
  }
  // Small enough that a thread which was held up leaves little to wait for.
  job.part = std::max<int64_t>(1, units / (8 * threadCount()));
  // Never destroyed: its threads may still wait when the process ends.
  static Pool* const pool = new Pool(threadCount());
  pool->run(job);
}

}  // namespace losses
